// Runs the steps of CI after npm ci: node scripts/ci/ci.ts [step ...] [--npm-ci passed|failed --npm-ci-seconds N]
// Prints each step with its output when it ends, and a table of all steps. Exits with 1 after any failure. Options say how npm ci ended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeResult, describeRun } from './report.ts';
import { runStep } from './run-step.ts';
import { runSteps } from './run-steps.ts';
import { selectSteps } from './select-steps.ts';
import type { Result, Step } from './step.ts';
import { steps } from './steps.ts';

const { values, positionals } = parseArgs({
  options: { 'npm-ci': { type: 'string' }, 'npm-ci-seconds': { type: 'string', default: '0' } },
  allowPositionals: true,
});
const selected = selectOrExit();
const installSeconds = Number(values['npm-ci-seconds']);
const elapsed = () => installSeconds + process.uptime();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort());

const scratch = mkdtempSync(join(tmpdir(), 'mintgate-ci-'));
try {
  const command = [fileURLToPath(new URL('../../.ci/steps', import.meta.url))] as const;
  const { signal } = interrupted;
  const results = await runSteps(selected, {
    run: (step, beganAt) => runStep(step, beganAt, { command, scratch, signal }),
    onResult: (result) => console.log(describeResult(result)),
    // A tenth is left for the system.
    memory: (process.availableMemory() / 2 ** 20) * 0.9,
    signal,
    elapsed,
  });
  const all = [...npmCi(), ...results];
  console.log(describeRun(all));
  if (signal.aborted || all.some(({ passed }) => !passed)) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function selectOrExit(): Step[] {
  try {
    return selectSteps(steps, positionals);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** Returns the result of the step that ran before Node.js was there, if it ran. */
function npmCi(): Result[] {
  if (values['npm-ci'] === undefined) return [];
  const step = { id: 'npm_ci', title: 'npm ci without warnings' };
  return [{ step, passed: values['npm-ci'] === 'passed', beganAt: 0, wall: installSeconds, output: '' }];
}
