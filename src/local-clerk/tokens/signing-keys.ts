import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { randomId } from '../random-id.ts';
import { signJwt } from './sign-jwt.ts';

/** A public key as a JWK (RFC 7517). Not the type of jose, because `mintgate/local-clerk` exports it. */
export type PublicJwk = Readonly<Record<string, unknown>>;

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  pem: string;
  jwk: PublicJwk;
}

/** The RS256 keys of an instance. */
export interface SigningKeys {
  /** Signs claims with the current key and names it as `kid`. @param header - fields that are added to the JOSE header */
  sign(claims: object, header?: object): Promise<string>;
  /** Returns the public keys, the current one first. */
  jwks(): { keys: PublicJwk[] };
  /** Returns the current public key as SPKI PEM. */
  pem(): string;
  /** Generates a new current key, and keeps the earlier keys in the JWKS or drops them. */
  rotate(earlierKeys: 'keep' | 'drop'): Promise<void>;
}

/** Creates the keys of an instance and generates the first one. */
export async function createSigningKeys(): Promise<SigningKeys> {
  let current = await generateSigningKey();
  let all = [current];

  return {
    sign: (claims, header) =>
      signJwt(claims, { alg: 'RS256', kid: current.kid, ...header }, current.privateKey),
    jwks: () => ({ keys: all.map((key) => key.jwk) }),
    pem: () => current.pem,
    rotate: async (earlierKeys) => {
      const next = await generateSigningKey();
      all = earlierKeys === 'keep' ? [next, ...all] : [next];
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
