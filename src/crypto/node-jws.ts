import { isUtf8 } from 'node:buffer';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isJoseHeader } from '../auth/jose-header.ts';
import type { PlainToken } from '../auth/plain-claims.ts';
import { sessionTokenCategory } from '../auth/session-claims.ts';

/** Three parts in base64url, without padding. */
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Reads a token that is written exactly as Clerk writes them: RS256, `typ` JWT, the category of a
 * session token or none, canonical base64url, UTF-8. Whatever is written in
 * another way is not read here, and is left to Clerk's SDK, which knows what else it accepts.
 *
 * @returns undefined for anything else
 */
export function readPlainToken(token: string): PlainToken | undefined {
  if (!form.test(token)) return undefined;
  const [headerPart = '', claimsPart = '', signaturePart = ''] = token.split('.');
  const header = jsonOf(headerPart);
  const claims = jsonOf(claimsPart);
  const signature = canonical(signaturePart);
  if (!isJoseHeader(header) || header.alg !== 'RS256' || header.typ !== 'JWT') return undefined;
  if (header.cat !== undefined && header.cat !== sessionTokenCategory) return undefined;
  if (!isRecord(claims) || signature === undefined) return undefined;
  const signed = Buffer.from(token.slice(0, headerPart.length + 1 + claimsPart.length));
  return {
    header,
    claims,
    isSignedBy: (pem) => {
      const key = keyOf(pem);
      return key !== undefined && verify('sha256', signed, key, signature);
    },
  };
}

function jsonOf(part: string): unknown {
  const bytes = canonical(part);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The bytes of base64url, when it is the only way to write them. */
function canonical(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

const keys = new Map<string, KeyObject | undefined>();
/** Clerk's key set has two keys while one is replaced by another. */
const mostKeys = 100;

/** An imported key; undefined for one that is not RSA, or cannot be read. */
function keyOf(pem: string): KeyObject | undefined {
  if (keys.has(pem)) return keys.get(pem);
  if (keys.size >= mostKeys) keys.clear();
  const key = imported(pem);
  keys.set(pem, key);
  return key;
}

function imported(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
