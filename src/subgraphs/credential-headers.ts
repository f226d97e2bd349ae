/** The cookies with which Clerk's SDKs authenticate a browser; they also exist with a suffix for each publishable key. */
const clerkCookie = /^\s*(?:__session|__client_uat|__clerk_db_jwt)/;

/**
 * Returns a `Cookie` header without the cookies with which Clerk authenticates a browser, for a subgraph that must not receive them.
 *
 * @returns `undefined` when no cookie is left
 */
export function withoutClerkCookies(cookie: string): string | undefined {
  const others = cookie.split(';').filter((pair) => pair.trim() !== '' && !clerkCookie.test(pair));
  return others.length === 0 ? undefined : others.join(';').trim();
}
