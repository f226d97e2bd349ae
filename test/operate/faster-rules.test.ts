import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fasterRules } from './faster-rules.ts';

test('durations are divided, and nothing else changes', () => {
  const rule = 'expr: rate(x{le="10"}[2m]) > 5 offset 1h\nfor: 30s\nsummary: more than 10 s, 5m';
  expect(fasterRules(rule, 30)).toBe(
    'expr: rate(x{le="10"}[4000ms]) > 5 offset 120000ms\nfor: 1000ms\nsummary: more than 10 s, 5m',
  );
});

test('rules without durations are an error, because the scenario would wait for hours', () => {
  expect(() => fasterRules('expr: up == 0', 30)).toThrow('the rules have no duration');
});

test('the rules of this repository keep their alerts', async () => {
  const text = await readFile(new URL('../../deploy/prometheus/mintgate.rules.yml', import.meta.url), 'utf8');
  const names = (rules: string) =>
    (parse(rules) as { groups: { rules: { alert?: string; for?: string }[] }[] }).groups[0]?.rules.map(
      ({ alert }) => alert,
    );
  const faster = fasterRules(text, 30);
  expect(names(faster)).toEqual(names(text));
  expect(faster).not.toMatch(/for: \d+m\b|\[\d+m\]|offset \d+m\b/);
});
