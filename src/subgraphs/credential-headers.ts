/** The cookies with which Clerk's SDKs authenticate a browser; they also exist with a suffix for each publishable key. */
const clerkCookie = /^\s*(?:__session|__client_uat|__clerk_db_jwt)/;

/** Returns whether a `Cookie` header, or a text that was made from one, has cookies with which Clerk authenticates a browser. */
export function hasClerkCookies(cookie: string): boolean {
  return cookie.split(';').some((pair) => clerkCookie.test(pair));
}

/**
 * Returns a `Cookie` header without the cookies with which Clerk authenticates a browser, for a subgraph that must not receive them.
 *
 * @returns `undefined` when no cookie is left
 */
export function withoutClerkCookies(cookie: string): string | undefined {
  const others = cookie.split(';').filter((pair) => pair.trim() !== '' && !clerkCookie.test(pair));
  return others.length === 0 ? undefined : others.join(';').trim();
}
