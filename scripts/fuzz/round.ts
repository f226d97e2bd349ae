import fc from 'fast-check';
import { type Attempt, attempts, bytesOfAttempt, type Secrets } from './attempts.ts';
import { findFault } from './find-fault.ts';
import { sendBytes } from './wire.ts';

/** The gateway to attack. */
export interface Target {
  port: number;
  secrets: Secrets;
}

interface RoundOptions {
  seed: number;
  /** The number of attempts. */
  runs: number;
  /** The longest time for a round, including the shrinking of a failure, in milliseconds. */
  timeLimit: number;
}

/** The results of a round. */
interface Round {
  /** The number of answers by status; `none` counts connections that were closed without an answer. */
  statuses: Record<string, number>;
  /** The failure with its seed and input, or undefined. */
  failure: string | undefined;
}

/** Sends random attempts. The same seed gives the same attempts in the same order. */
export async function fuzzRound(target: Target, { seed, runs, timeLimit }: RoundOptions): Promise<Round> {
  const statuses: Record<string, number> = {};
  let fault: string | undefined;
  const property = fc.asyncProperty(attempts, async (attempt) => {
    const answer = await sendBytes(target.port, bytesOfAttempt(attempt, target.secrets), attempt);
    const status = String(answer.status ?? 'none');
    statuses[status] = (statuses[status] ?? 0) + 1;
    const found = findFault(attempt, answer);
    fault = found ?? fault;
    return found === undefined;
  });
  const { failed, counterexample } = await fc.check(property, {
    seed,
    numRuns: runs,
    interruptAfterTimeLimit: timeLimit,
  });
  return { statuses, failure: failed ? describe(fault, seed, counterexample?.[0]) : undefined };
}

function describe(fault: string | undefined, seed: number, attempt: Attempt | undefined): string {
  return `${fault ?? 'unknown'}; seed ${seed}; input: ${JSON.stringify(attempt)}`;
}
