import { decodeClaims } from '../client/decode-claims.ts';
import type { SessionTokenGetter } from '../client/token-source-options.ts';
import { sessionChanged } from './pinned-session.ts';
import type { SessionKnowledge } from './shared-token.ts';

/** What `useAuth()` of Clerk's React SDKs returns, as far as tokens need it. */
export interface ClerkAuth {
  /** Whether the session is known. Clerk sets it to false while the organization is switched. */
  isLoaded: boolean;
  sessionId: string | null | undefined;
  orgId: string | null | undefined;
  /** Returns the session token of the session that is signed in at the call, which React may not have rendered yet. */
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** Returns the credentials of the session of `useAuth`, and whether the session is known. */
export function useClerkCredentials(useAuth: () => ClerkAuth): {
  credentials: SessionTokenGetter;
  session: SessionKnowledge;
} {
  const auth = useAuth();
  const { isLoaded, sessionId, orgId } = auth;
  const identity = sessionId ? `${sessionId} ${orgId}` : null;
  return {
    credentials: {
      // A session with a task left to do (`pending`) counts as signed out, but has session tokens.
      getToken: ({ skipCache }) => (sessionId === null ? null : readSessionToken(auth, skipCache)),
      identity: () => identity,
    },
    session: isLoaded ? 'known' : 'awaited',
  };
}

/** Reads the session token of the rendered session. @throws TokenError `SESSION_CHANGED` when another one is signed in */
async function readSessionToken(auth: ClerkAuth, skipCache: boolean): Promise<string | null> {
  const token = await auth.getToken({ skipCache });
  if (token === null || !belongsToAnother(token, auth)) return token;
  // A cached session token may name the previous organization.
  if (!skipCache) return readSessionToken(auth, true);
  throw sessionChanged();
}

/** Returns whether a session token names another session or organization. The gateway decides about one that names none. */
function belongsToAnother(token: string, { sessionId, orgId }: ClerkAuth): boolean {
  if (!sessionId) return false;
  const { sid, v, o, org_id } = readClaims(token);
  if (!sid) return false;
  // Session tokens of version 2 have `o.id`, those of version 1 have `org_id`.
  return sid !== sessionId || ((v === 2 ? o?.id : org_id) ?? null) !== (orgId ?? null);
}

interface SessionClaims {
  sid?: string;
  v?: number;
  o?: { id?: string };
  org_id?: string;
}

function readClaims(token: string): SessionClaims {
  try {
    return decodeClaims<SessionClaims>(token);
  } catch {
    return {};
  }
}
