import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey } from './node-keyed-hash.ts';

/** Authenticated encryption (AES-256-GCM) of the values in Redis. */
export interface Encryption {
  /** Encrypts a text. @param aad - additional authenticated data: `decrypt` needs the same */
  encrypt(text: string, aad: string): string;
  /** Decrypts a text. @returns `undefined` for a text that was not encrypted with this key and this `aad` */
  decrypt(encrypted: string, aad: string): string | undefined;
}

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/**
 * Creates an encryption with a key that is derived from a secret.
 *
 * @param secret - at least 32 characters; processes with equal secrets can decrypt each other's texts
 */
export function createEncryption(secret: string): Encryption {
  const key = deriveKey(secret, 'values');
  return {
    encrypt(text, aad) {
      const nonce = randomBytes(nonceLength);
      const encrypting = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(aad));
      const parts = [nonce, encrypting.update(text, 'utf8'), encrypting.final(), encrypting.getAuthTag()];
      return Buffer.concat(parts).toString('base64url');
    },
    decrypt(encrypted, aad) {
      const bytes = Buffer.from(encrypted, 'base64url');
      if (bytes.length <= nonceLength + tagLength) return undefined;
      const nonce = bytes.subarray(0, nonceLength);
      try {
        const decrypting = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength })
          .setAAD(Buffer.from(aad))
          .setAuthTag(bytes.subarray(-tagLength));
        const text = decrypting.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8');
        return text + decrypting.final('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
