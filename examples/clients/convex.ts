import type { TokenSource } from 'mintgate/client';
import { awaitToken, freshOrHeld } from './transient.ts';

/**
 * Gives Convex its tokens: `client.setAuth(convexToken(source))`, or `fetchAccessToken` of `useAuth`. Make it once for a source.
 *
 * Convex signs out until `setAuth` is called again when it gets null, or the token that it wants to replace; an error stops it for good. So it gets
 * null only when nobody is signed in, or the gateway refuses the session or the template. While there is no fresh token, it gets the held one;
 * if that is the one it has, it keeps it and gets the next one.
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
