/**
 * What looks like a JWT (up to five base64url parts, as an encrypted one has, the first with the `eyJ` that every JSON
 * header begins with), a Clerk secret key, or a webhook secret; a key of a known kind even amid a word.
 */
const secrets =
  /eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,4}|(?:\bsk|sk_test|sk_live|whsec)_[A-Za-z0-9_+/=-]{4,}/g;

/**
 * Replaces everything in a text that looks like a token or a key with `[redacted]`.
 * The last line of defence for logs and error messages: nothing is meant to reach it.
 *
 * @param text - any text that is about to leave the process
 */
export function redactSecrets(text: string): string {
  return text.replace(secrets, '[redacted]');
}
