import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { LocalClerk } from '../../src/local-clerk/index.ts';

/** JOSE `cat` of Clerk's tokens: `jwtCategories` of @clerk/backend. */
export const categories = {
  session: 'cl_B7d4PD111AAA',
  template: 'cl_B7d4PD222AAA',
  machine: 'cl_B7d4PD333AAA',
  ignored: 'cl_I7d4PD111III',
} as const;

/** Returns the current time in whole seconds since the epoch. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Returns the claims of a valid session token of `sess_ada`. An override of `undefined` removes a claim. */
export function sessionClaims(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const iat = nowSeconds();
  const good = { exp: iat + 60, iat, nbf: iat - 10, sid: 'sess_ada', sub: 'user_ada', sts: 'active', v: 2 };
  return { ...good, ...overrides };
}

/** Signs a session token with the key of the local Clerk. @param claims, header - override those of a valid token */
export function signSession(
  clerk: LocalClerk,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  return clerk.sign(sessionClaims(claims), { header: { cat: categories.session, ...header } });
}

/** Session ids that Clerk never uses. Some would change the path of a request to Clerk. */
export const malformedIds: readonly string[] = [
  ...['sess/ada', '/sess_ada', 'sess_ada/', '../users', '..', '.', 'sess_ada/tokens/hasura?'],
  ...['sess_ada?x=1', 'sess_ada#x', 'sess%2Fada', 'sess\\ada', 'sess:ada', 'sess.ada', '%2e%2e'],
  ...[' ', ' sess_ada', 'sess_ada ', 'sess ada', 'sess_ada\n', 'sess\u0000ada', 'sess\tada'],
  ...['s\u00e9ss_ada', '\uff53ess_ada', 'sess\u2028ada', 'x'.repeat(129)],
];

/** Returns the `kid` of the key that the local Clerk signs with. */
export async function kidOf(clerk: LocalClerk): Promise<string> {
  return String(decodeProtectedHeader(await clerk.sign({})).kid);
}

/** The signature of a forged token. */
export type Signing = 'RS256' | 'RS384' | 'RS512' | 'hmac of the public key' | 'nothing';

/** Creates tokens with any header, payload and signature. */
export interface Forge {
  /** The public key of the forge. */
  readonly pem: string;
  readonly publicJwk: JsonWebKey;
  /**
   * Creates a compact JWS.
   *
   * @param header - the JOSE header, unchanged
   * @param payload - the claims, or the text of the payload
   * @param signing - the kind of signature, independent of the header. @default 'RS256'
   */
  compact(header: object, payload: unknown, signing?: Signing): string;
}

/** Creates a forge with a new key. @param publicKey - the secret of `hmac of the public key`. @default the PEM of the forge */
export function createForge(publicKey?: string | Buffer): Forge {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    pem,
    publicJwk: pair.publicKey.export({ format: 'jwk' }) as JsonWebKey,
    compact(header, payload, signing = 'RS256') {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const signed = [JSON.stringify(header), text]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.');
      return `${signed}.${signature(signed, signing, pair.privateKey, publicKey ?? pem).toString('base64url')}`;
    },
  };
}

function signature(
  text: string,
  signing: Signing,
  privateKey: KeyObject,
  publicKey: string | Buffer,
): Buffer {
  if (signing === 'nothing') return Buffer.alloc(0);
  if (signing === 'hmac of the public key') return createHmac('sha256', publicKey).update(text).digest();
  return sign(`RSA-SHA${signing.slice(2)}`, Buffer.from(text), privateKey);
}

/** Returns the `Cookie` header that Clerk's browser SDK sends for a session token of a development instance. */
export function clerkCookies(token: string, more: Record<string, string> = {}): string {
  const cookies = {
    __session: token,
    __client_uat: String(nowSeconds() - 3600),
    __clerk_db_jwt: 'dvb_test',
    ...more,
  };
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}
