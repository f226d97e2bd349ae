import fc from 'fast-check';
import { type Attempt, attempts, bytesOfAttempt, type Secrets } from './attempts.ts';
import { faultOf } from './find-fault.ts';
import { sendBytes } from './wire.ts';

/** What a round is run on. */
export interface Target {
  port: number;
  secrets: Secrets;
}

export interface RoundOptions {
  seed: number;
  /** How many attempts. */
  runs: number;
  /** Milliseconds after which a failure is not made any smaller. */
  timeLimit: number;
}

/** What a round has seen. */
export interface Round {
  /** How many answers of each status; `none` for connections that were closed without one. */
  statuses: Record<string, number>;
  /** What went wrong, with all that it takes to do it again. */
  failure: string | undefined;
}

/** Tries so many things, made of a seed: the same seed tries the same things in the same order. */
export async function fuzzRound(target: Target, { seed, runs, timeLimit }: RoundOptions): Promise<Round> {
  const statuses: Record<string, number> = {};
  let fault: string | undefined;
  const property = fc.asyncProperty(attempts, async (attempt) => {
    const answer = await sendBytes(target.port, bytesOfAttempt(attempt, target.secrets), attempt.complete);
    const status = String(answer.status ?? 'none');
    statuses[status] = (statuses[status] ?? 0) + 1;
    const found = faultOf(attempt, answer);
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
  return `${fault ?? 'unknown'}; seed ${seed}; what was sent: ${JSON.stringify(attempt)}`;
}
