import { isUtf8 } from 'node:buffer';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ReadCompactJws } from './compact-jws.ts';

/** Three parts of base64url without padding. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Decodes a compact JWS and verifies RS256, synchronously, with `node:crypto`. */
export const readCompactJws: ReadCompactJws = (text) => {
  if (!form.test(text)) return undefined;
  const [headerPart = '', payloadPart = '', signaturePart = ''] = text.split('.');
  const header = parseHeader(headerPart);
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

let lastHeader: { readonly part: string; readonly header: unknown } = { part: '', header: undefined };

/** Parses a header. It is the same in all tokens that one key signs, so the last one is cached. Do not change it. */
function parseHeader(part: string): unknown {
  // A copy of the part, which would keep the whole token in memory.
  if (part !== lastHeader.part) lastHeader = { part: Buffer.from(part).toString(), header: parseJson(part) };
  return lastHeader.header;
}

function parseJson(part: string): unknown {
  const bytes = decodeCanonical(part);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The last characters of canonical base64url, by the length of the text modulo 4: the unused bits are 0 (RFC 4648, section 3.5). */
const lastCharacters: Readonly<Record<number, string>> = { 2: 'AQgw', 3: 'AEIMQUYcgkosw048' };

/** Decodes base64url. @param part - of the alphabet of base64url @returns `undefined` where the text is not the canonical form of its bytes */
function decodeCanonical(part: string): Buffer | undefined {
  const rest = part.length % 4;
  const isCanonical = rest === 0 || lastCharacters[rest]?.includes(part.charAt(part.length - 1));
  return isCanonical ? Buffer.from(part, 'base64url') : undefined;
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
