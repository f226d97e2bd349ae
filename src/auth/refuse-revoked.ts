import type { Revocations } from '../revocation/revocations.ts';
import type { Authenticate } from './authenticate.ts';
import { refused } from './caller.ts';

/** Refuses callers whose session or user was revoked, whoever has verified them. */
export function refuseRevoked(
  authenticate: Authenticate,
  revocations: Pick<Revocations, 'refuses'>,
  onRefusal: () => void,
): Authenticate {
  return async (request, hostContext) => {
    const outcome = await authenticate(request, hostContext);
    if (outcome.kind !== 'caller' || !revocations.refuses(outcome.caller)) return outcome;
    onRefusal();
    return refused('the session or its user was revoked');
  };
}
