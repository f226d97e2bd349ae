/** Clerk's session tokens are longer. With a minimum, a caller cannot find out the other headers of a request, piece by piece. */
const minLength = 64;

/**
 * Returns what may be session tokens in the credentials of a caller: every text with the form of a JWT, also where the credentials are
 * malformed. Nothing is verified.
 *
 * @param credentials - values of `Authorization`, and Clerk's cookies
 */
export function sessionTokensIn(credentials: readonly string[]): readonly string[] {
  const texts = credentials.flatMap((text) => text.split(/[^\w.-]+/));
  return [...new Set(texts)].filter(isTokenLike);
}

function isTokenLike(text: string): boolean {
  return text.length >= minLength && text.split('.').length === 3;
}
