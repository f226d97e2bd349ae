import { type Authenticate, createCredentialsAuthenticate } from '../auth/authenticate.ts';
import { isAuthorizedParty } from '../auth/authorized-party.ts';
import type { Caller } from '../auth/caller.ts';
import { cacheCallers, createCallerCache, createFindCaller, type FindCaller } from '../auth/caller-cache.ts';
import { createHostAuthenticate } from '../auth/host-authenticate.ts';
import { verifyBearerNow } from '../auth/verify-bearer.ts';
import { createFixedKey } from '../clerk/jwks.ts';
import type { Settings } from '../config/parse-options.ts';
import type { Base } from './base.ts';
import type { ClerkConnection } from './clerk-connection.ts';

/** Verifies callers by the rules of one set of settings. */
export interface CallerAuthentication {
  readonly authenticate: Authenticate;
  /** Undefined where the host authenticates. */
  readonly findCaller: FindCaller | undefined;
  /** Returns whether the authorized party of a verified caller is accepted. */
  readonly acceptsCaller: (caller: Caller) => boolean;
  /** Returns why callers cannot be verified now, or `undefined` when they can. */
  readonly notReadyReason: () => Promise<string | undefined>;
}

/** Maximum number of cached callers. */
const maxCachedCallers = 20_000;

/** Creates the verification of callers. Its cache is empty, because other rules may refuse the callers that were accepted before. */
export function createAuthentication(
  { runtime, log, now }: Omit<Base, 'present'>,
  { clerk, remoteKeys }: ClerkConnection,
  settings: Settings,
): CallerAuthentication {
  const { authenticate, maxSessionTokenLifetime, deadline, jwtKey } = settings;
  if (authenticate) {
    return {
      authenticate: createHostAuthenticate(authenticate, { maxSessionTokenLifetime, deadline, log, now }),
      findCaller: undefined,
      acceptsCaller: () => true,
      notReadyReason: async () => undefined,
    };
  }
  const { authorizedParties: parties, acceptMissingAzp } = settings;
  const authorizedParties = parties === 'any' ? undefined : parties;
  const keys = jwtKey ? createFixedKey(jwtKey) : remoteKeys;
  const rules = {
    ...{ clerk, keys, authorizedParties, acceptMissingAzp, maxSessionTokenLifetime },
    readCompactJws: runtime.readCompactJws,
  };
  const callers = createCallerCache({ max: maxCachedCallers, digest: runtime.digest, now });
  return {
    authenticate: cacheCallers(createCredentialsAuthenticate(rules), callers),
    findCaller: createFindCaller((token) => verifyBearerNow(token, rules), callers),
    acceptsCaller: ({ claims }) => isAuthorizedParty(claims.azp, rules),
    notReadyReason: keys.notReadyReason,
  };
}
