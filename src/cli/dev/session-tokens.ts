import { sessionTokenCategory } from '../../auth/session-claims.ts';
import type { LocalClerk } from '../../local-clerk/index.ts';

/**
 * Gives a fresh session token for a session of the local Clerk; undefined for one that it does not hold.
 *
 * @param azp - the authorized party that the token names; empty for none. @default the one that all tokens name
 */
export type FreshSessionToken = (sessionId: string, azp?: string) => Promise<string | undefined>;

/**
 * Session tokens for the start page and for scripts. A session that is over still gets one, as its browser would hold
 * one for up to a minute: that is how one sees what the gateway answers then.
 *
 * @param usualParty - the authorized party (claim `azp`) of tokens for which none is said. @default '' (none)
 */
export function freshSessionTokens(clerk: LocalClerk, usualParty = ''): FreshSessionToken {
  return async (sessionId, azp = usualParty) => {
    const party = azp === '' ? {} : { azp };
    const session = clerk.sessions().find(({ id }) => id === sessionId);
    if (session === undefined) return undefined;
    if (session.status === 'active' || session.status === 'pending') {
      return clerk.mintSessionToken(sessionId, party);
    }
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now - 10, exp: now + 60 };
    const claims = {
      iss: clerk.issuer,
      sub: session.userId,
      sid: session.id,
      sts: 'active',
      v: 2,
      fva: [0, -1],
    };
    return clerk.sign({ ...party, ...claims, ...times }, { header: { cat: sessionTokenCategory } });
  };
}
