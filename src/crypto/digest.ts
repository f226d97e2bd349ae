/** SHA-256 of a text, in base64url. At once, without a promise: it is on the way of every request. */
export type Digest = (text: string) => string;

/** Makes a comparison with a secret that takes equally long whatever is shown. */
export type MatcherOf = (secret: string) => (shown: string) => boolean;
