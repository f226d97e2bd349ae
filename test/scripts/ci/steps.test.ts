import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { steps } from '../../../scripts/ci/steps.ts';

const [, functions = ''] = (await readFile('.ci/steps', 'utf8')).split('\n# Steps.\n');

test('each step is a function of .ci/steps, and each function below its line is a step', () => {
  const names = [...functions.matchAll(/^(\w+)\(\) \{/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(steps.map(({ id }) => id).toSorted());
});

test('a step waits only for steps above it', () => {
  const above = new Set<string>();
  for (const { id, after = [] } of steps) {
    expect([...above], id).toEqual(expect.arrayContaining([...after]));
    above.add(id);
  }
});

test('the steps that measure time run alone, after all others', () => {
  const alone = ['soak', 'benchmark'];
  expect(steps.filter(({ share }) => share >= 100).map(({ id }) => id)).toEqual(alone);
  expect(steps.slice(-alone.length).map(({ id }) => id)).toEqual(alone);
});
