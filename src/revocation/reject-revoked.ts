import type { Authenticate } from '../auth/authenticate.ts';
import type { Revocations } from './revocations.ts';

/** Wraps an `authenticate` function, so that it refuses callers whose session or user was revoked. */
export function rejectRevoked(
  authenticate: Authenticate,
  revocations: Pick<Revocations, 'rejects'>,
): Authenticate {
  return async (request, hostContext) => {
    const outcome = await authenticate(request, hostContext);
    if (outcome.kind !== 'authenticated' || !revocations.rejects(outcome.caller)) return outcome;
    return { kind: 'refused', reason: 'the session or its user was revoked', caller: outcome.caller };
  };
}
