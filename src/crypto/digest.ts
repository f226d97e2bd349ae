/** Returns the SHA-256 of a text in base64url. It is synchronous because every request needs one. */
export type Digest = (text: string) => string;

/** Returns a function that compares a text with the secret in constant time. */
export type SecretMatcher = (secret: string) => (candidate: string) => boolean;
