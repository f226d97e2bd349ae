import { expect, test } from 'vitest';
import { describeResult, describeRun } from '../../../scripts/ci/report.ts';
import type { Result } from '../../../scripts/ci/step.ts';

const result = (id: string, wall: number, more: Partial<Result> = {}): Result => ({
  ...{ step: { id, title: `the ${id}` }, passed: true, beganAt: 0, wall, output: '' },
  ...more,
});

test('describes a step by its title, its output and its time', () => {
  expect(describeResult(result('build', 3.6, { output: 'one\ntwo\n' }))).toBe(
    '\n--- the build\none\ntwo\n(4 s)',
  );
  expect(describeResult(result('build', 3.6, { passed: false }))).toBe(
    '\n--- the build\nFAILED: the build\n(4 s)',
  );
});

test('lists the steps by their time, and counts steps and tests together', () => {
  const tests = { passed: 3_000, failed: 2, skipped: 1 };
  const text = describeRun([
    result('build', 3.6, { cpu: 5 }),
    result('tests', 190, { cpu: 380.2, beganAt: 31, passed: false, tests }),
    result('lint', 4),
  ]);
  expect(text).toBe(`
 wall s  CPU s   at s  step
    190    380     31  tests  FAILED: the tests
      4             0  lint   the lint
      4      5      0  build  the build

3002 passed, 3 failed, 1 skipped`);
});
