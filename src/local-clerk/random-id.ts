import { randomBytes, randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Returns a random id of the form that Clerk uses: a prefix, an underscore and 27 letters or digits. */
export function randomId(prefix: string): string {
  return `${prefix}_${Array.from({ length: 27 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}

/** Returns random bytes as hexadecimal text. @param bytes - the number of bytes; the text is twice as long */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
