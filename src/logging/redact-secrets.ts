/** Log fields that are redacted by name, at the top level and one level below: they may contain a credential by mistake. */
export const secretFields: readonly string[] = [
  'authorization',
  'cookie',
  'jwt',
  'token',
  'secretKey',
  'claims',
];

/** The text that replaces a secret in a log. */
export const redacted = '[redacted]';

/**
 * A JWT (one to five parts of base64url, the first with the `eyJ` of a JSON header), a secret key of Clerk's, or a webhook secret. A key
 * with a known prefix matches inside a word, too.
 */
const secrets =
  /eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,4}|(?:\bsk|sk_test|sk_live|whsec)_[A-Za-z0-9_+/=-]{4,}/g;

/**
 * Replaces every text that looks like a token or a key with `[redacted]`. This is the last line of defence for logs and error messages:
 * no secret should reach it.
 *
 * @param text - a text that is about to leave the process
 */
export function redactSecrets(text: string): string {
  return text.replace(secrets, redacted);
}
