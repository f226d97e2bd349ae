import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { withTimeout } from '../time/with-timeout.ts';

/** A check of the host's own: whether a caller may have tokens of a template. */
export type Allow = (caller: Caller) => boolean | Promise<boolean>;

/** The subject and the bounds of one check. */
export interface AllowQuestion {
  caller: Caller;
  template: string;
  /** How long the check may take, in milliseconds. */
  timeLeft: number;
  /** Told of a check that fails, for that is a fault of the host's. */
  log: Pick<GatewayLogger, 'error'>;
}

/**
 * Calls the `allow` of a policy. Only `true` allows; an error, another value or a timeout refuses.
 *
 * @throws `FORBIDDEN`
 */
export async function requireAllowed(allow: Allow, question: AllowQuestion): Promise<void> {
  const { caller, template, timeLeft, log } = question;
  const fail = (reason: string, details: object = {}) => {
    log.error({ ...details, template }, `${reason}: the token is refused`);
    return gatewayError('FORBIDDEN', { reason });
  };
  let answer: unknown;
  try {
    answer = await withTimeout(asked(allow, caller), timeLeft, () => new LateError());
  } catch (error) {
    throw error instanceof LateError
      ? fail('allow() gave no answer within the deadline')
      : fail('allow() failed', describeError(error));
  }
  if (answer === false) throw gatewayError('FORBIDDEN', { reason: 'allow() said no' });
  if (answer !== true) throw fail('allow() must return true or false');
}

class LateError extends Error {}

// A synchronous throw counts as a rejection.
async function asked(allow: Allow, caller: Caller): Promise<unknown> {
  return allow(caller);
}
