import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

// A step without others before it, that writes no file.
const step = 'one_graphql';
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/ci/ci.ts', ...args], { encoding: 'utf8', timeout: 30_000 });

test('runs the named steps, prints their output and their time, and ends with the numbers', () => {
  const { status, stdout } = run(step, '--npm-ci', 'passed', '--npm-ci-seconds', '27');
  const [printed, ...table] = stdout.trim().split('\n\n');
  expect(printed).toMatch(/^--- one copy of graphql\n\(\d+ s\)$/);
  expect(table.map((text) => text.replaceAll(/ +/g, ' '))).toEqual([
    expect.stringMatching(
      /^ wall s CPU s at s step\n 27 0 npm_ci npm ci without warnings\n \d+ \d+ \d+ one_graphql one copy of graphql$/,
    ),
    '2 passed, 0 failed, 0 skipped',
  ]);
  expect(status).toBe(0);
});

test('exits with 1 when npm ci has failed', () => {
  const { status, stdout } = run(step, '--npm-ci', 'failed');
  expect(stdout).toMatch(/npm_ci +FAILED: npm ci without warnings\n\n1 passed, 1 failed, 0 skipped\n$/);
  expect(status).toBe(1);
});

test('exits with 2 for an unknown step, and names all', () => {
  const { status, stdout, stderr } = run('mount');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^there is no step mount: name some of packages, .*mounts/);
});
