/** What hides names from whoever can read the log, or what instances share. */
export interface Naming {
  /** Hides a name: the same text always has the same name. */
  name(kind: string, text: string): string;
  /** An HMAC of what is said between instances. */
  sign(text: string): string;
  /** A short HMAC, for telling tokens apart in a log. */
  fingerprint(text: string): string;
}

/** What a derived key is for. */
export type Purpose = 'names' | 'signals' | 'audit' | 'values';

/** The salt of every derived key (HKDF). */
export const keySalt = 'mintgate';

/** What binds a derived key to its purpose (HKDF's `info`). */
export function keyPurpose(purpose: Purpose): string {
  return `mintgate v1 ${purpose}`;
}

/** The text whose HMAC is a name. */
export function nameText(kind: string, text: string): string {
  return `${kind}\n${text}`;
}

/** Characters of base64url that are left of a fingerprint. */
export const fingerprintLength = 16;
