import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Node's names of the curves of RFC 7518, section 3.4. */
const CURVES = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const;

/** The algorithms that a template with a key of its own may sign with. */
export const TEMPLATE_ALGORITHMS = [
  ...(['HS256', 'HS384', 'HS512'] as const),
  ...(['RS256', 'RS384', 'RS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
] as const;

type EllipticAlgorithm = keyof typeof CURVES;

/** One of them, by its name in JOSE (RFC 7518, section 3.1). */
export type TemplateAlgorithm = (typeof TEMPLATE_ALGORITHMS)[number];

/** The key of a template that does not sign with the instance's key. */
export interface TemplateKey {
  algorithm: TemplateAlgorithm;
  signingKey: KeyObject;
  /** What a receiver verifies with: the secret itself for HS..., else the public key as SPKI PEM. */
  verificationKey: string;
}

export function isTemplateAlgorithm(value: unknown): value is TemplateAlgorithm {
  return TEMPLATE_ALGORITHMS.some((algorithm) => algorithm === value);
}

/**
 * Reads a custom signing key: the secret as text for HS..., a private key in PEM otherwise.
 *
 * @throws Error that says what was expected, never quoting the key.
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

/** Makes a key for a template whose own is not known, as in a list that Clerk's API returned. */
export function generateTemplateKey(algorithm: TemplateAlgorithm): TemplateKey {
  // RFC 7518, section 3.2: a secret of the hash's size or longer.
  if (algorithm.startsWith('HS')) return readTemplateKey(algorithm, randomBytes(64).toString('base64url'));
  const { privateKey } = isElliptic(algorithm)
    ? generateKeyPairSync('ec', { namedCurve: CURVES[algorithm] })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return readTemplateKey(algorithm, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

function isElliptic(algorithm: TemplateAlgorithm): algorithm is EllipticAlgorithm {
  return Object.hasOwn(CURVES, algorithm);
}

function readPrivateKey(algorithm: TemplateAlgorithm, pem: string): KeyObject {
  const key = parsePrivateKey(algorithm, pem);
  const details = key.asymmetricKeyDetails;
  // RFC 7518, section 3.3: a key of 2048 bits or more.
  const fits = isElliptic(algorithm)
    ? key.asymmetricKeyType === 'ec' && details?.namedCurve === CURVES[algorithm]
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
    ? `an EC key on the curve ${CURVES[algorithm]}`
    : 'an RSA key of at least 2048 bits';
  return `expected ${kind} as a private key in PEM for ${algorithm}`;
}
