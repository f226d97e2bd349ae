import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildDashboard, dashboardFile, dashboardText } from '../../../scripts/operate/dashboard.ts';
import { rows } from '../../../scripts/operate/panels.ts';
import { observedInstruments, recordedInstruments } from '../../../src/opentelemetry/instruments.ts';

const panels = Object.values(rows).flat();

test('deploy/grafana/mintgate.json is current', async () => {
  expect(await readFile(dashboardFile, 'utf8')).toBe(dashboardText());
});

test('each panel has an id, a place, a description, and queries of the selected instances', () => {
  const built = buildDashboard().panels ?? [];
  expect(new Set(built.map(({ id }) => id)).size).toBe(built.length);
  expect(built).toHaveLength(panels.length + Object.keys(rows).length);
  for (const { title, description, queries } of panels) {
    expect(description.endsWith('.'), title).toBe(true);
    for (const query of Object.values(queries)) expect(query).toContain('{instance=~"$instance"');
  }
});

// npm run test:operate asks a real Prometheus for every query.
test('the queries use existing metrics only, and nearly all of them', () => {
  const instruments = [...Object.values(recordedInstruments), ...observedInstruments];
  const known = instruments.flatMap(({ name, kind }) => {
    const base = name.replaceAll('.', '_');
    if (kind === 'histogram') return [`${base}_bucket`, `${base}_count`];
    return kind.endsWith('up-down counter') || kind.endsWith('gauge') ? [base] : [`${base}_total`];
  });
  const text = panels.flatMap(({ queries }) => Object.values(queries)).join('\n');
  const used = new Set(text.match(/\b(?:mintgate|http|graphql)_\w+(?=\{)/g));
  expect([...used].filter((name) => !known.includes(name))).toEqual([]);
  const unused = instruments
    .map(({ name }) => name)
    .filter((name) => !text.includes(name.replaceAll('.', '_')));
  expect(unused).toEqual(['graphql.server.request.duration', 'mintgate.mint_queue.wait']);
});
