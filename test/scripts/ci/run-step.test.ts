import { expect, test } from 'vitest';
import { processesOf } from '../../../scripts/ci/process-group.ts';
import { type RunStepOptions, runStep } from '../../../scripts/ci/run-step.ts';
import { newFolder } from '../../support/command.ts';

/** Runs a script of bash as the step `mine`. */
async function run(script: string, more: Partial<RunStepOptions> = {}) {
  const scratch = await newFolder({});
  const step = { id: 'mine', title: 'my step', share: 10 };
  const command = ['bash', '-c', script, 'bash'] as const;
  const { signal } = new AbortController();
  return runStep(step, 7, { command, scratch, signal, graceMs: 2_000, ...more });
}

test('collects the output of a step, its processor time, and its numbers of tests', async () => {
  const result = await run(`
    echo "$1"; echo late >&2
    echo '10 0 1' >"$CI_SCRATCH/mine.tests"
    times >"$CI_SCRATCH/mine.cpu"`);
  expect(result).toEqual({
    step: { id: 'mine', title: 'my step', share: 10 },
    ...{ passed: true, beganAt: 7, output: 'mine\nlate\n' },
    ...{ wall: expect.any(Number), cpu: expect.any(Number) },
    tests: { passed: 10, failed: 0, skipped: 1 },
  });
});

test('a step with another exit code than 0 has failed', async () => {
  expect(await run('echo no; exit 3')).toMatchObject({ passed: false, output: 'no\n', cpu: undefined });
});

test('a step that leaves a process behind has failed, and the process is killed', async () => {
  const { passed, output } = await run('sleep 61.5 & echo $$', { graceMs: 200 });
  expect(passed).toBe(false);
  expect(output).toMatch(/^\d+\nIt left a process behind: \d+ sleep 61\.5\n$/);
  const group = Number(output.split('\n')[0]);
  await expect.poll(() => processesOf(group)).toEqual([]);
});

test('a process that ends soon after its step is not left behind', async () => {
  expect(await run('sleep 0.3 & echo done')).toMatchObject({ passed: true, output: 'done\n' });
});

test('a step that takes too long is stopped by SIGINT', async () => {
  const result = await run('trap "echo stopped; exit 0" INT; while :; do sleep 0.1; done', {
    timeoutMs: 500,
  });
  expect(result).toMatchObject({ passed: false, output: 'stopped\nIt took more than 0.5 s.\n' });
});

test('a step that ignores SIGINT is killed', async () => {
  const result = await run('trap "" INT; sleep 62.5', { signal: AbortSignal.timeout(300), graceMs: 200 });
  expect(result).toMatchObject({ passed: false, output: 'The run was stopped.\n' });
});

test('a command that does not exist is an error', async () => {
  await expect(run('', { command: ['/no/such/command'] })).rejects.toThrow('ENOENT');
});
