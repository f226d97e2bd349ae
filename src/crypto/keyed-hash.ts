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

/** The length of a fingerprint, in characters of base64url. */
const fingerprintLength = 16;

/** The two functions in which the runtimes differ. */
export interface HmacFunctions<Key> {
  /** Derives a key of 32 bytes by HKDF-SHA-256, with `keySalt` and `keyInfo`. */
  deriveKey(purpose: Purpose): Key;
  /** Returns the HMAC-SHA-256 of a text, in base64url. */
  hmac(key: Key, text: string): string;
}

/** Creates keyed hashes: one derived key for each purpose, the same in every runtime. */
export function keyedHashOf<Key>({ deriveKey, hmac }: HmacFunctions<Key>): KeyedHash {
  const [nameKey, signalKey, fingerprintKey] = [deriveKey('names'), deriveKey('signals'), deriveKey('audit')];
  return {
    // The line feed separates kind and text.
    name: (kind, text) => hmac(nameKey, `${kind}\n${text}`),
    sign: (text) => hmac(signalKey, text),
    fingerprint: (text) => hmac(fingerprintKey, text).slice(0, fingerprintLength),
  };
}
