/** Keyed hashes (HMAC-SHA-256): pseudonyms for logs and Redis keys, and signatures of messages between instances. */
export interface KeyedHash {
  /** Returns the pseudonym of a text. Equal texts of one kind have equal pseudonyms. */
  name(kind: string, text: string): string;
  /** Returns the signature of a message between instances. */
  sign(text: string): string;
  /** Returns a short hash that distinguishes tokens in a log. */
  fingerprint(text: string): string;
}

/** The purpose of a derived key. */
export type Purpose = 'names' | 'signals' | 'audit' | 'values';

/** The salt of every derived key (HKDF). */
export const keySalt = 'mintgate';

/** Returns the `info` of HKDF, which binds a derived key to its purpose. */
export function keyInfo(purpose: Purpose): string {
  return `mintgate v1 ${purpose}`;
}

/** Returns the input of the HMAC of a pseudonym. */
export function nameInput(kind: string, text: string): string {
  return `${kind}\n${text}`;
}

/** The length of a fingerprint, in characters of base64url. */
export const fingerprintLength = 16;
