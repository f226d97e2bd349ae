import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An identifier in Clerk's manner: a prefix and 27 letters or digits. */
export function randomId(prefix: string): string {
  return `${prefix}_${Array.from({ length: 27 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

/** @param bytes How many random bytes; the text is twice as long. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
