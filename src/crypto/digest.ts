/** Returns the SHA-256 of a text in base64url. It is synchronous because every request needs one. */
export type Digest = (text: string) => string;

/** Returns a function that compares a text with every secret, in constant time: the time shows neither a match nor its entry in the list. */
export type SecretMatcher = (secrets: readonly string[]) => (candidate: string) => boolean;
