import { sessionTokenCategory } from '../../auth/session-claims.ts';
import type { LocalClerk, LocalClerkSession } from '../../local-clerk/index.ts';

/**
 * Signs a new session token for a session of the local Clerk. Returns undefined for a session that the local Clerk does not have.
 *
 * @param azp - the authorized party in the token; empty for none. @default the `defaultAzp` of the signer
 */
export type SignSessionToken = (sessionId: string, azp?: string) => Promise<string | undefined>;

/**
 * Creates a signer of session tokens for the start page and for scripts. It also signs for sessions that have ended, because a browser
 * can hold such a token for up to a minute.
 *
 * @param defaultAzp - the authorized party (claim `azp`) in tokens for which none is given; empty for none
 */
export function createSessionTokenSigner(clerk: LocalClerk, defaultAzp: string): SignSessionToken {
  return async (sessionId, azp = defaultAzp) => {
    const party = azp === '' ? {} : { azp };
    const session = clerk.sessions().find(({ id }) => id === sessionId);
    if (session === undefined) return undefined;
    const { status } = session;
    if (status === 'active' || status === 'pending') return clerk.mintSessionToken(sessionId, party);
    return signForEndedSession(clerk, session, party);
  };
}

// The local Clerk, like Clerk, mints no token for a session that has ended.
function signForEndedSession(
  clerk: LocalClerk,
  { id, userId }: LocalClerkSession,
  party: { azp?: string },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now - 10, exp: now + 60 };
  const claims = { iss: clerk.issuer, sub: userId, sid: id, sts: 'active', v: 2, fva: [0, -1] };
  return clerk.sign({ ...party, ...claims, ...times }, { header: { cat: sessionTokenCategory } });
}
