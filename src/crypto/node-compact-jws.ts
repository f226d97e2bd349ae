import { isUtf8 } from 'node:buffer';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ReadCompactJws } from './compact-jws.ts';

/** Three parts of base64url without padding. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Decodes a compact JWS and verifies RS256, synchronously, with `node:crypto`. */
export const readCompactJws: ReadCompactJws = (text) => {
  if (!form.test(text)) return undefined;
  const [headerPart = '', payloadPart = '', signaturePart = ''] = text.split('.');
  const header = parseJson(headerPart);
  const payload = parseJson(payloadPart);
  const signature = decodeCanonical(signaturePart);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const signed = Buffer.from(text.slice(0, headerPart.length + 1 + payloadPart.length));
  return {
    header,
    payload,
    isSignedBy(pem) {
      const key = importKey(pem);
      return key !== undefined && verify('sha256', signed, key, signature);
    },
  };
};

function parseJson(part: string): unknown {
  const bytes = decodeCanonical(part);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Decodes base64url. @returns `undefined` where the text is not the canonical form of its bytes */
function decodeCanonical(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

/** Maximum number of imported keys. Clerk's key set has two keys during a rotation. */
const maxKeys = 100;
const importedKeys = new Map<string, KeyObject | undefined>();

/** Imports a key once for each PEM. @returns `undefined` for a key that is unreadable or not RSA */
function importKey(pem: string): KeyObject | undefined {
  if (importedKeys.has(pem)) return importedKeys.get(pem);
  if (importedKeys.size >= maxKeys) importedKeys.clear();
  const key = readPublicKey(pem);
  importedKeys.set(pem, key);
  return key;
}

function readPublicKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
