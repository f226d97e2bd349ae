import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose';
import { randomId } from '../random-id.ts';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  pem: string;
  jwk: JWK;
}

/** The instance's RS256 keys. */
export interface SigningKeys {
  /** Signs claims with the current key, which the `kid` names. */
  sign(claims: object, header?: object): Promise<string>;
  /** The public keys, the current one first. */
  jwks(): { keys: JWK[] };
  /** The current public key as SPKI PEM. */
  pem(): string;
  /** Makes a new current key; the earlier ones stay in the JWKS or leave it. */
  rotate(earlier: 'keep' | 'drop'): Promise<void>;
}

/** Makes the keys of one instance, with a first one in place. */
export async function createSigningKeys(): Promise<SigningKeys> {
  let current = await generateSigningKey();
  let all = [current];

  return {
    sign: (claims, header) => signWith(current, claims, header),
    jwks: () => ({ keys: all.map((key) => key.jwk) }),
    pem: () => current.pem,
    rotate: async (earlier) => {
      const next = await generateSigningKey();
      all = earlier === 'keep' ? [next, ...all] : [next];
      current = next;
    },
  };
}

async function generateSigningKey(): Promise<SigningKey> {
  const kid = randomId('ins');
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { use: 'sig', kid, alg: 'RS256', ...(await exportJWK(publicKey)) };
  return { kid, privateKey, pem: await exportSPKI(publicKey), jwk };
}

function signWith(key: SigningKey, claims: object, header: object = {}): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey);
}
