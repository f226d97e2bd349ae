import { expect, test } from 'vitest';
import { runSteps } from '../../../scripts/ci/run-steps.ts';
import type { Step } from '../../../scripts/ci/step.ts';

const step = (id: string, share: number, after: string[] = []): Step => ({ id, title: id, share, after });

/** Runs steps whose runs end when the test says so. */
function start(steps: readonly Step[]) {
  const begun: string[] = [];
  const ends = new Map<string, (passed: boolean) => void>();
  const interrupted = new AbortController();
  const reported: string[] = [];
  const results = runSteps(steps, {
    run: (each, beganAt) => {
      begun.push(each.id);
      return new Promise((resolve) =>
        ends.set(each.id, (passed) => resolve({ step: each, passed, beganAt, wall: 1, output: '' })),
      );
    },
    onResult: ({ step: { id }, passed }) => reported.push(`${id} ${passed}`),
    memory: 8_000,
    signal: interrupted.signal,
    elapsed: () => begun.length,
  });
  const end = async (id: string, passed = true) => {
    ends.get(id)?.(passed);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, reported, results, end, interrupted };
}

test('begins a step as soon as there is room, and after a failure, too', async () => {
  const { begun, reported, results, end } = start([
    step('packages', 20),
    step('build', 50),
    step('tests', 60, ['build']),
    step('mounts', 60, ['packages']),
    step('soak', 100),
  ]);
  expect(begun).toEqual(['packages', 'build']);
  await end('build', false);
  expect(begun).toEqual(['packages', 'build', 'tests']);
  await end('packages');
  await end('tests');
  expect(begun.at(-1)).toBe('mounts');
  await end('mounts');
  expect(begun.at(-1)).toBe('soak');
  await end('soak');
  expect(reported).toEqual(['build false', 'packages true', 'tests true', 'mounts true', 'soak true']);
  expect((await results).map(({ step: { id }, beganAt }) => [id, beganAt])).toEqual([
    ['build', 1],
    ['packages', 0],
    ['tests', 2],
    ['mounts', 3],
    ['soak', 4],
  ]);
});

test('begins no step after an interruption, and waits for those that run', async () => {
  const { begun, results, end, interrupted } = start([step('one', 60), step('two', 60)]);
  interrupted.abort();
  await end('one', false);
  expect(await results).toMatchObject([{ passed: false }]);
  expect(begun).toEqual(['one']);
});

test('reports steps that wait for each other', async () => {
  const { results } = start([step('one', 1, ['two']), step('two', 1, ['one'])]);
  await expect(results).rejects.toThrow('steps wait for each other: one, two');
});
