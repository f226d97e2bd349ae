import type { TokenSource } from 'mintgate/client';

/** What Convex calls for a token: `client.setAuth(convexToken(source))`, or `fetchAccessToken` of `useAuth`. Null is a sign-out to it. */
export function convexToken(source: TokenSource) {
  return ({ forceRefreshToken }: { forceRefreshToken: boolean }): Promise<string | null> =>
    source.getToken({ forceRefresh: forceRefreshToken }).catch(() => null);
}
