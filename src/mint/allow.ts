import type { Caller } from '../auth/caller.ts';
import { errorReason, gatewayError } from '../errors.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { withTimeout } from '../time/with-timeout.ts';

/** A check by the host whether a caller may have tokens of a template. */
export type Allow = (caller: Caller) => boolean | Promise<boolean>;

/** One call of `allow`. */
interface AllowCheck {
  caller: Caller;
  template: string;
  /** How long the check may take, in milliseconds. */
  timeLeft: number;
  /** The end of the log line about a failed check, such as `the token is refused`. */
  consequence: 'the token is refused' | 'the template counts as not mintable';
  /** Reports a check that fails, which is a fault of the host. */
  log: Pick<GatewayLogger, 'error'>;
}

/**
 * Calls the `allow` of a policy. Only `true` allows; `false`, another value, an error and a timeout refuse.
 *
 * @throws `FORBIDDEN`
 */
export async function requireAllowed(allow: Allow, check: AllowCheck): Promise<void> {
  const { caller, template, timeLeft, consequence, log } = check;
  const fail = (reason: string, details: object = {}) => {
    log.error({ ...details, template }, `${reason}: ${consequence}`);
    return gatewayError('FORBIDDEN', { reason });
  };
  let answer: unknown;
  try {
    answer = await withTimeout(callAllow(allow, caller), timeLeft, () => new AllowTimeoutError());
  } catch (error) {
    throw error instanceof AllowTimeoutError ? fail(noAnswer) : fail(hasFailed, describeError(error));
  }
  if (answer === false) throw gatewayError('FORBIDDEN', { reason: 'allow() returned false' });
  if (answer !== true) throw fail('allow() must return true or false');
}

const noAnswer = 'allow() did not answer within the deadline';
const hasFailed = 'allow() failed';

/** Returns whether an error of `requireAllowed` shows nothing about the caller: the check has failed, or did not answer. */
export function isUndecided(error: unknown): boolean {
  return [noAnswer, hasFailed].includes(errorReason(error) ?? '');
}

class AllowTimeoutError extends Error {}

// Turns a synchronous error into a rejection.
async function callAllow(allow: Allow, caller: Caller): Promise<unknown> {
  return allow(caller);
}
