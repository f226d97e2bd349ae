import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** The curves of RFC 7518, section 3.4, by the names that Node.js uses. */
const curves = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const;

/** The algorithms of custom signing keys. */
export const templateAlgorithms = [
  ...(['HS256', 'HS384', 'HS512'] as const),
  ...(['RS256', 'RS384', 'RS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
] as const;

type EllipticAlgorithm = keyof typeof curves;

/** The algorithm of a custom signing key, by its name in JOSE (RFC 7518, section 3.1). */
export type TemplateAlgorithm = (typeof templateAlgorithms)[number];

/** The custom signing key of a template. */
export interface TemplateKey {
  algorithm: TemplateAlgorithm;
  signingKey: KeyObject;
  /** The key for verification: the secret itself for `HS...`, else the public key as SPKI PEM. */
  verificationKey: string;
}

/** Returns whether a value is the name of a supported algorithm. */
export function isTemplateAlgorithm(value: unknown): value is TemplateAlgorithm {
  return templateAlgorithms.some((algorithm) => algorithm === value);
}

/**
 * Reads a custom signing key.
 *
 * @param key - a secret for `HS...`, else a private key in PEM
 * @throws Error that names what was expected; it never quotes the key
 */
export function readTemplateKey(algorithm: TemplateAlgorithm, key: string): TemplateKey {
  if (algorithm.startsWith('HS')) {
    if (key === '') throw new Error('expected a secret that is not empty');
    return { algorithm, signingKey: createSecretKey(Buffer.from(key)), verificationKey: key };
  }
  const signingKey = readPrivateKey(algorithm, key);
  const verificationKey = createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }).toString();
  return { algorithm, signingKey, verificationKey };
}

/** Generates a key for a template without one. Lists from Clerk's API do not contain keys. */
export function generateTemplateKey(algorithm: TemplateAlgorithm): TemplateKey {
  // RFC 7518, section 3.2: a secret is at least as long as the hash.
  if (algorithm.startsWith('HS')) return readTemplateKey(algorithm, randomBytes(64).toString('base64url'));
  const { privateKey } = isElliptic(algorithm)
    ? generateKeyPairSync('ec', { namedCurve: curves[algorithm] })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return readTemplateKey(algorithm, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

function isElliptic(algorithm: TemplateAlgorithm): algorithm is EllipticAlgorithm {
  return Object.hasOwn(curves, algorithm);
}

function readPrivateKey(algorithm: TemplateAlgorithm, pem: string): KeyObject {
  const key = parsePrivateKey(algorithm, pem);
  const details = key.asymmetricKeyDetails;
  // RFC 7518, section 3.3: a key has at least 2048 bits.
  const fits = isElliptic(algorithm)
    ? key.asymmetricKeyType === 'ec' && details?.namedCurve === curves[algorithm]
    : key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
  if (!fits) throw new Error(expectation(algorithm));
  return key;
}

function parsePrivateKey(algorithm: TemplateAlgorithm, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(expectation(algorithm));
  }
}

function expectation(algorithm: TemplateAlgorithm) {
  const kind = isElliptic(algorithm)
    ? `an EC key on the curve ${curves[algorithm]}`
    : 'an RSA key of at least 2048 bits';
  return `expected ${kind} as a private key in PEM for ${algorithm}`;
}
