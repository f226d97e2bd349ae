import type { TokenSource } from 'mintgate/client';
import { awaitToken, freshOrHeld } from './transient.ts';

/**
 * Creates a function that returns tokens for Convex: `client.setAuth(convexToken(source))`, or `fetchAccessToken` of `useAuth`. Create one
 * for each source.
 *
 * When the function returns null, or the token that Convex wants to replace, Convex stays signed out until `setAuth` is called again. After an
 * error, Convex stops. So the function returns null only when no session is signed in, or when the gateway refuses the session or the
 * template. While no new token is available, it returns the held one. If Convex has that one already, the call waits for the next one.
 *
 * All tabs of a session share six fresh tokens per minute. Convex's option `initialAuthTokenReuse: true` saves one for each tab that opens.
 */
export function convexToken(source: TokenSource) {
  let given: string | null = null;

  return async ({ forceRefreshToken }: { forceRefreshToken: boolean }): Promise<string | null> => {
    const pending = forceRefreshToken
      ? awaitToken(source, () => freshOrHeld(source), given)
      : awaitToken(source);
    given = await pending.catch(() => null);
    return given;
  };
}
