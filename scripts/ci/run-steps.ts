import { nextSteps } from './next-steps.ts';
import type { Result, Step } from './step.ts';

export interface RunOptions {
  /** Runs one step. @param beganAt - seconds since the start of the run */
  run(step: Step, beganAt: number): Promise<Result>;
  /** Receives each result when its step ends. */
  onResult(result: Result): void;
  /** The memory for all steps together, in MiB. */
  memory: number;
  /** No step begins after it. */
  signal: AbortSignal;
  /** Seconds since the start of the run. */
  elapsed(): number;
}

/**
 * Runs steps, several side by side where the machine has room for them.
 *
 * @returns their results, in the order in which they ended
 * @throws Error when steps wait for each other
 */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<Result[]> {
  const { run, onResult, memory, signal, elapsed } = options;
  let waiting = [...steps];
  const running = new Map<Step, Promise<{ step: Step; result: Result }>>();
  const results: Result[] = [];
  while (running.size > 0 || (waiting.length > 0 && !signal.aborted)) {
    const next = signal.aborted ? [] : nextSteps({ waiting, running: [...running.keys()] }, memory);
    for (const step of next) {
      running.set(
        step,
        run(step, elapsed()).then((result) => ({ step, result })),
      );
    }
    waiting = waiting.filter((step) => !next.includes(step));
    if (running.size === 0)
      throw new Error(`steps wait for each other: ${waiting.map(({ id }) => id).join(', ')}`);
    const { step, result } = await Promise.race(running.values());
    running.delete(step);
    results.push(result);
    onResult(result);
  }
  return results;
}
