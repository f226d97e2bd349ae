import type { SessionTokenGetter } from '../client/token-source-options.ts';
import type { SessionKnowledge } from './shared-token.ts';

/** What `useAuth()` of Clerk's React SDKs returns, as far as tokens need it. */
export interface ClerkAuth {
  /** Whether the session is known. Clerk sets it to false while the organization is switched. */
  isLoaded: boolean;
  sessionId: string | null | undefined;
  orgId: string | null | undefined;
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

/** Returns the credentials of the session of `useAuth`, and whether the session is known. */
export function useClerkCredentials(useAuth: () => ClerkAuth): {
  credentials: SessionTokenGetter;
  session: SessionKnowledge;
} {
  const { isLoaded, sessionId, orgId, getToken } = useAuth();
  const identity = sessionId ? `${sessionId} ${orgId}` : null;
  return {
    credentials: {
      // A session with a task left to do (`pending`) counts as signed out, but has session tokens.
      getToken: ({ skipCache }) => (sessionId === null ? null : getToken({ skipCache })),
      identity: () => identity,
    },
    session: isLoaded ? 'known' : 'awaited',
  };
}
