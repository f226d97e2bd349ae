/**
 * A name of Clerk's cookies from which a session can be had, at any place where a name can begin: some servers separate cookies by commas, skip
 * characters before a name, or ignore its case. The names exist with suffixes, too, such as one for each publishable key.
 */
const clerkCookie = /(?<![\w.-])__(?:clerk|client|refresh|session)/i;

/** Returns whether a `Cookie` header, or a text that was made from one, has cookies with which Clerk authenticates a browser. */
export function hasClerkCookies(cookie: string): boolean {
  return clerkCookie.test(cookie);
}

/** Returns the cookies with which Clerk authenticates a browser, each with its name. */
export function clerkCookiesIn(cookie: string): string[] {
  return cookie.split(';').filter(hasClerkCookies);
}

/**
 * Returns a `Cookie` header without the cookies with which Clerk authenticates a browser, for a subgraph that must not receive them.
 *
 * @returns `undefined` when no cookie is left
 */
export function withoutClerkCookies(cookie: string): string | undefined {
  const others = cookie.split(';').filter((pair) => pair.trim() !== '' && !hasClerkCookies(pair));
  return others.length === 0 ? undefined : others.join(';').trim();
}
