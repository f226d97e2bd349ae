import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf, signalGroup } from './process-group.ts';
import type { Result, Step } from './step.ts';
import { readCpuSeconds, readTestCounts } from './step-files.ts';

export interface RunStepOptions {
  /** The command that runs a step. The id of the step is its last argument. */
  command: readonly [string, ...string[]];
  /** A folder for the files of all steps. A step finds it as `CI_SCRATCH`. */
  scratch: string;
  /** Ends the step: its processes get SIGINT. */
  signal: AbortSignal;
  /** The longest time of a step, in milliseconds. @default 900_000 */
  timeoutMs?: number;
  /** The time until SIGKILL, after SIGINT and after the end of the step, in milliseconds. @default 10_000 */
  graceMs?: number;
}

/**
 * Runs a step in a process group of its own, with its output in a file. A step that leaves a process of its group behind has failed, and
 * the process is killed.
 *
 * @param beganAt - seconds since the start of the run
 */
export async function runStep(step: Step, beganAt: number, options: RunStepOptions): Promise<Result> {
  const { command, scratch, signal, timeoutMs = 900_000, graceMs = 10_000 } = options;
  const began = performance.now();
  const log = join(scratch, `${step.id}.log`);
  const [program, ...args] = command;
  // A file, because a pipe stays open while any process has it.
  const file = openSync(log, 'w');
  const child = spawn(program, [...args, step.id], {
    detached: true,
    stdio: ['ignore', file, file],
    env: { ...process.env, CI_SCRATCH: scratch },
  });
  closeSync(file);
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const group = child.pid ?? 0;
  const cut = await cutShort(exited, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  if (cut) await endGroup(group, exited, graceMs);
  const [code] = await exited;
  const wall = (performance.now() - began) / 1_000;
  const left = await killLeftovers(group, graceMs);

  let output = readFileSync(log, 'utf8');
  if (cut)
    output += signal.aborted ? 'The run was stopped.\n' : `It took more than ${timeoutMs / 1_000} s.\n`;
  for (const process of left) output += `It left a process behind: ${process}\n`;
  return {
    ...{ step, beganAt, wall, output },
    passed: code === 0 && !cut && left.length === 0,
    cpu: readCpuSeconds(join(scratch, `${step.id}.cpu`)),
    tests: readTestCounts(join(scratch, `${step.id}.tests`)),
  };
}

/** Waits for the end of a process, or for a signal. @returns whether the signal came first */
async function cutShort(exited: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const stopped = delay(2 ** 31 - 1, false, { signal: AbortSignal.any([signal, done.signal]) }).catch(
    () => true,
  );
  const cut = await Promise.race([exited.then(() => false), stopped]);
  done.abort();
  return cut;
}

async function endGroup(group: number, exited: Promise<unknown>, graceMs: number): Promise<void> {
  signalGroup(group, 'SIGINT');
  await Promise.race([exited, delay(graceMs, undefined, { ref: false })]);
  signalGroup(group, 'SIGKILL');
}

/** Kills the processes of a group that do not end by themselves. @returns them */
async function killLeftovers(group: number, graceMs: number): Promise<string[]> {
  const until = performance.now() + graceMs;
  while (processesOf(group).length > 0 && performance.now() < until) await delay(50);
  const left = processesOf(group);
  signalGroup(group, 'SIGKILL');
  return left;
}
