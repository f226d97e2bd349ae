import { createCredentialsAuthenticate } from '../auth/authenticate.ts';
import type { Authentication } from '../auth/authentication.ts';
import { isAuthorizedParty } from '../auth/authorized-party.ts';
import type { Caller } from '../auth/caller.ts';
import { cacheCallers, createCallerCache, createFindCaller } from '../auth/caller-cache.ts';
import { createHostAuthenticate } from '../auth/host-authenticate.ts';
import { verifyBearerNow } from '../auth/verify-bearer.ts';
import { createFixedKey } from '../clerk/jwks.ts';
import type { Settings } from '../config/parse-options.ts';
import type { Base } from './base.ts';
import type { ClerkConnection } from './clerk-connection.ts';
import type { CallerAuthentication } from './rules.ts';

/** The public key that has verified each caller: a text, or Clerk's key set. A request that waits may outlive a key that was replaced. */
const verifiers = new WeakMap<Caller, string | typeof keySet>();
const keySet = Symbol("Clerk's key set");

/** Maximum number of cached callers. */
const maxCachedCallers = 20_000;

/** Creates the verification of callers. Its cache is empty, because other rules may refuse the callers that were accepted before. */
export function createAuthentication(
  { runtime, log, now }: Pick<Base, 'runtime' | 'log' | 'now'>,
  { secretKeys, remoteKeys }: ClerkConnection,
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
    ...{ keys, authorizedParties, acceptMissingAzp, maxSessionTokenLifetime },
    clerk: () => secretKeys.minting().client,
    readCompactJws: runtime.readCompactJws,
  };
  const verifier = jwtKey ?? keySet;
  const noteVerifier = (outcome: Authentication) => {
    if (outcome.kind === 'authenticated') verifiers.set(outcome.caller, verifier);
    return outcome;
  };
  const authenticateCredentials = createCredentialsAuthenticate(rules);
  const callers = createCallerCache({ max: maxCachedCallers, digest: runtime.digest, now });
  return {
    authenticate: cacheCallers(
      async (request, hostContext) => noteVerifier(await authenticateCredentials(request, hostContext)),
      callers,
    ),
    findCaller: createFindCaller((token) => {
      const outcome = verifyBearerNow(token, rules);
      return outcome && noteVerifier(outcome);
    }, callers),
    acceptsCaller: (caller) =>
      verifiers.get(caller) === verifier && isAuthorizedParty(caller.claims.azp, rules),
    notReadyReason: keys.notReadyReason,
  };
}
