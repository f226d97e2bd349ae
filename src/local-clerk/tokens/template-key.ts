import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const CURVES = { ES256: 'prime256v1' } as const;

/** The algorithms that a template with a key of its own may sign with. */
export const TEMPLATE_ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;

export type TemplateAlgorithm = (typeof TEMPLATE_ALGORITHMS)[number];

/** The key of a template that does not sign with the instance's key. */
export interface TemplateKey {
  algorithm: TemplateAlgorithm;
  signingKey: KeyObject;
  /** What a receiver verifies with: the secret itself for HS256, else the public key as SPKI PEM. */
  verificationKey: string;
}

export function isTemplateAlgorithm(value: unknown): value is TemplateAlgorithm {
  return TEMPLATE_ALGORITHMS.some((algorithm) => algorithm === value);
}

/**
 * Reads a custom signing key: the secret as text for HS256, a private key in PEM otherwise.
 *
 * @throws Error that says what was expected, never quoting the key.
 */
export function readTemplateKey(algorithm: TemplateAlgorithm, key: string): TemplateKey {
  if (algorithm === 'HS256') {
    if (key === '') throw new Error('expected a secret that is not empty');
    return { algorithm, signingKey: createSecretKey(Buffer.from(key)), verificationKey: key };
  }
  const signingKey = readPrivateKey(algorithm, key);
  const verificationKey = createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }).toString();
  return { algorithm, signingKey, verificationKey };
}

/** Makes a key for a template whose own is not known, as in a list that Clerk's API returned. */
export function generateTemplateKey(algorithm: TemplateAlgorithm): TemplateKey {
  if (algorithm === 'HS256') return readTemplateKey(algorithm, randomBytes(32).toString('base64url'));
  const { privateKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: CURVES.ES256 });
  return readTemplateKey(algorithm, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

function readPrivateKey(algorithm: 'RS256' | 'ES256', pem: string): KeyObject {
  const key = parsePrivateKey(algorithm, pem);
  const details = key.asymmetricKeyDetails;
  // RFC 7518, section 3.3: a key of 2048 bits or more.
  const fits =
    algorithm === 'RS256'
      ? key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048
      : key.asymmetricKeyType === 'ec' && details?.namedCurve === CURVES.ES256;
  if (!fits) throw new Error(expectation(algorithm));
  return key;
}

function parsePrivateKey(algorithm: 'RS256' | 'ES256', pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(expectation(algorithm));
  }
}

function expectation(algorithm: 'RS256' | 'ES256') {
  const kind = algorithm === 'RS256' ? 'an RSA key of at least 2048 bits' : 'an EC key on P-256';
  return `expected ${kind} as a private key in PEM for ${algorithm}`;
}
