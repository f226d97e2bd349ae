/** Returns the SHA-256 of a text, in base64url. Synchronous: every request needs one. */
export type Digest = (text: string) => string;

/** Returns a comparison with a secret that runs in constant time. */
export type SecretMatcher = (secret: string) => (candidate: string) => boolean;
