import { sessionIdentity } from './session-identity.ts';
import type { TokenSourceOptions } from './token-source-options.ts';

/** Who asks, as far as the source knows. */
export interface SessionNow {
  /** Differs from session to session; null when nobody is signed in. */
  identity: string | null;
  /** The session token; undefined with cookies. */
  bearer?: string;
}

/** Reads the session as it is now. @param skipCache - whether Clerk's SDK should get a new session token */
export type ReadSession = (skipCache: boolean) => Promise<SessionNow>;

/**
 * Makes the function that reads the session. Of several reads at once the last one begun counts, in whatever order they end.
 *
 * @param credentials - as given to the source
 * @param onChange - called when another session, or nobody, is signed in
 */
export function sessionReader(
  credentials: TokenSourceOptions['credentials'],
  onChange: () => void,
): ReadSession {
  if (typeof credentials === 'string') return async () => ({ identity: credentials });
  let begun = 0;
  let counting = 0;
  let now: SessionNow | undefined;
  return async (skipCache) => {
    begun += 1;
    const mine = begun;
    const bearer = await credentials.getToken({ skipCache });
    if (now && mine < counting) return now;
    counting = mine;
    const before = now;
    now = bearer ? { identity: sessionIdentity(bearer), bearer } : { identity: null };
    if (before && before.identity !== now.identity) onChange();
    return now;
  };
}
