import type { TokenSource } from 'mintgate/client';
import { awaitToken, freshOrHeld } from './transient.ts';

/**
 * Returns the tokens for Convex: `client.setAuth(convexToken(source))`, or `fetchAccessToken` of `useAuth`. Create it once for each source.
 *
 * After null, or after the token that it wants to replace, Convex stays signed out until `setAuth` is called again; after an error it stops for
 * good. So it gets null only when no session is signed in, or when the gateway refuses the session or the template. While no new token is
 * available, it gets the held one. If it has that one already, the call waits for the next one.
 *
 * All tabs of a session share six fresh tokens per minute. Convex's option `initialAuthTokenReuse: true` saves one for each tab that opens.
 */
export function convexToken(source: TokenSource) {
  let given: string | null = null;

  return async ({ forceRefreshToken }: { forceRefreshToken: boolean }): Promise<string | null> => {
    const asking = forceRefreshToken
      ? awaitToken(source, () => freshOrHeld(source), given)
      : awaitToken(source);
    given = await asking.catch(() => null);
    return given;
  };
}
