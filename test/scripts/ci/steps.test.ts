import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nextSteps } from '../../../scripts/ci/next-steps.ts';
import type { Step } from '../../../scripts/ci/step.ts';
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

test('the tests begin as soon as the quick checks have ended, with nothing but installations beside them', () => {
  const begun: string[] = [];
  let waiting: readonly Step[] = steps;
  let running: readonly Step[] = [];
  while (!begun.includes('tests')) {
    const next = nextSteps({ waiting, running }, 16_000);
    begun.push(...next.map(({ id }) => id));
    waiting = waiting.filter((step) => !next.includes(step));
    running = [...running, ...next];
    // All but the slow installation end before the next steps begin.
    if (!begun.includes('tests')) running = running.filter(({ id }) => id === 'packages');
  }
  const quick = ['redis_server', 'prometheus', 'one_graphql', 'generated_files', 'build', 'lint', 'types'];
  expect(begun.slice(0, -1).toSorted()).toEqual([...quick, 'packages', 'rooms', 'licences'].toSorted());
});

test('the steps that measure time run alone, after all others', () => {
  const alone = ['soak', 'benchmark'];
  expect(steps.filter(({ share }) => share >= 100).map(({ id }) => id)).toEqual(alone);
  expect(steps.slice(-alone.length).map(({ id }) => id)).toEqual(alone);
});
