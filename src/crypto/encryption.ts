import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { fingerprintLength, keyPurpose, keySalt, type Naming, nameText, type Purpose } from './keyed-hash.ts';

/** What keeps names and values from whoever can read Redis. */
export interface Sealing extends Naming {
  /** Encrypts a text, bound to where it is stored. */
  seal(text: string, place: string): string;
  /** @returns undefined for anything that was not sealed with this key for this place */
  open(sealed: string, place: string): string | undefined;
}

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/**
 * Derives keys by HKDF-SHA-256, one for each purpose, and seals with AES-256-GCM.
 *
 * @param secret - at least 32 characters; every process with the same secret understands the others
 */
export function createSealing(secret: string): Sealing {
  const derive = (purpose: Purpose) =>
    Buffer.from(hkdfSync('sha256', secret, keySalt, keyPurpose(purpose), 32));
  const [nameKey, signalKey] = [derive('names'), derive('signals')];
  const [fingerprintKey, valueKey] = [derive('audit'), derive('values')];
  return {
    name: (kind, text) => hmac(nameKey, nameText(kind, text)).toString('base64url'),
    sign: (text) => hmac(signalKey, text).toString('base64url'),
    fingerprint: (text) => hmac(fingerprintKey, text).toString('base64url').slice(0, fingerprintLength),
    seal(text, place) {
      const nonce = randomBytes(nonceLength);
      const sealing = createCipheriv(cipher, valueKey, nonce).setAAD(Buffer.from(place));
      const parts = [nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()];
      return Buffer.concat(parts).toString('base64url');
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length <= nonceLength + tagLength) return undefined;
      try {
        const opening = createDecipheriv(cipher, valueKey, bytes.subarray(0, nonceLength), {
          authTagLength: tagLength,
        })
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(-tagLength));
        return (
          opening.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8') + opening.final('utf8')
        );
      } catch {
        return undefined;
      }
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
