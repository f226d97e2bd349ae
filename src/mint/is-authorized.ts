import { requireAllowed } from './allow.ts';
import type { AuthorizationOptions } from './mint-token.ts';
import { findPolicy } from './policy.ts';
import type { TokenRequest } from './token-request.ts';

/**
 * Returns whether a caller may have tokens of a template at present: authorized party, policy, `allow`. An `allow` that fails, or exceeds
 * the deadline of the request, counts as `false`; after the deadline, it is not called. Never rejects.
 */
export type IsAuthorized = (
  subject: Pick<TokenRequest, 'caller' | 'template' | 'startedAt'>,
) => Promise<boolean>;

/** Creates the function that answers whether a request would be refused, without the effects of a refusal: it counts and audits nothing. */
export function createIsAuthorized(
  options: Pick<AuthorizationOptions, 'policies' | 'acceptsCaller' | 'log' | 'deadline' | 'monotonicNow'>,
): IsAuthorized {
  const { policies, acceptsCaller, log, deadline, monotonicNow } = options;
  return async ({ caller, template, startedAt }) => {
    if (!acceptsCaller(caller)) return false;
    const policy = findPolicy(policies, caller, template);
    if (!policy?.allow) return policy !== undefined;
    const timeLeft = Math.max(0, deadline() - (monotonicNow() - startedAt));
    if (timeLeft === 0) return false;
    const consequence = 'the template counts as not mintable';
    return requireAllowed(policy.allow, { caller, template, timeLeft, consequence, log }).then(
      () => true,
      () => false,
    );
  };
}
