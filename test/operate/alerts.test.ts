import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8');

interface Rule {
  alert?: string;
  annotations?: { runbook: string };
}

interface AlertTest {
  alertname: string;
  exp_alerts: unknown[];
}

const { groups } = parse(await read('../../deploy/prometheus/mintgate.rules.yml')) as {
  groups: { rules: Rule[] }[];
};
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);

// npm run test:operate runs these tests.
test('each alert has a test in which it fires, and one in which it does not', async () => {
  const { tests } = parse(await read('alerts.test.yml')) as { tests: { alert_rule_test: AlertTest[] }[] };
  const all = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  for (const { alert } of alerts) {
    const counts = all
      .filter(({ alertname }) => alertname === alert)
      .map(({ exp_alerts }) => exp_alerts.length);
    expect([alert, counts.some((count) => count > 0), counts.includes(0)]).toEqual([alert, true, true]);
  }
});

test('each alert has a runbook that says what it means, how to confirm it and what to do', async () => {
  const page = await read('../../docs/operate.md');
  for (const { alert = '', annotations } of alerts) {
    expect(annotations?.runbook).toBe(`docs/operate.md#${alert.toLowerCase()}`);
    const [, section = ''] = page.split(`\n### ${alert}\n`);
    const [text = ''] = section.split('\n##');
    for (const part of ['**Meaning.**', '**Confirm.**', '**Remedy.**']) expect(text, alert).toContain(part);
  }
  const headings = [...page.matchAll(/^### (Mintgate\w+)$/gm)].map(([, name]) => name);
  expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});
