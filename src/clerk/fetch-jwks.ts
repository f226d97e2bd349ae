import { exportSPKI, importJWK, type JWK } from 'jose';
import { isRecord } from '../json/is-record.ts';
import { responseRefusesSecretKey } from './clerk-error.ts';

/** Public keys as PEM, by their `kid`. */
export type PemsByKid = ReadonlyMap<string, string>;

/** The part of `fetch` that is used here. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

interface FetchJwksOptions {
  /** The key set, `<apiUrl>/v1/jwks`. */
  url: URL;
  secretKey: string;
  /** How long the fetch may take, its body included, in milliseconds. */
  timeout: number;
  fetch: Fetch;
}

/** Thrown when a fetch of the key set yields no usable keys. */
export class JwksError extends Error {
  override name = 'JwksError';
  /** The HTTP status; `undefined` without an answer. */
  readonly status: number | undefined;
  /** Whether Clerk refused the secret key. */
  readonly secretKeyRefused: boolean;

  constructor(
    message: string,
    answer: { status?: number; secretKeyRefused?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: answer.cause });
    this.status = answer.status;
    this.secretKeyRefused = answer.secretKeyRefused ?? false;
  }
}

/**
 * Fetches Clerk's key set once. A redirect is an error, as in jose's remote key set: the secret key is sent to this URL alone.
 *
 * @returns the RSA keys; never an empty map, because a Clerk instance always has a key
 * @throws JwksError
 */
export async function fetchJwks({ url, secretKey, timeout, fetch }: FetchJwksOptions): Promise<PemsByKid> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${secretKey}`, accept: 'application/json', 'user-agent': 'mintgate' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  }).catch((cause) => {
    throw new JwksError('no answer', { cause });
  });
  const { status } = response;
  if (status !== 200) {
    const secretKeyRefused = await responseRefusesSecretKey(response);
    throw new JwksError(`status ${status}`, { status, secretKeyRefused });
  }
  const body: unknown = await response.json().catch((cause) => {
    throw new JwksError('unreadable body', { status, cause });
  });
  const pems = isJwkSet(body) ? await pemsByKid(body.keys) : new Map<string, string>();
  if (pems.size === 0) throw new JwksError('no usable keys', { status });
  return pems;
}

/** The result of a fetch of the key set, with its verdict on the secret key; `undefined` where it shows none. */
export type JwksOutcome =
  | { readonly verdict: 'accepted'; readonly pems: PemsByKid; readonly error?: undefined }
  | { readonly verdict: 'refused' | undefined; readonly pems?: undefined; readonly error: unknown };

/** Fetches Clerk's key set as `fetchJwks` does, and returns its error. Never rejects. */
export async function fetchJwksOutcome(options: FetchJwksOptions): Promise<JwksOutcome> {
  try {
    return { verdict: 'accepted', pems: await fetchJwks(options) };
  } catch (error) {
    const isRefused = error instanceof JwksError && error.secretKeyRefused;
    return { verdict: isRefused ? 'refused' : undefined, error };
  }
}

/** Returns whether a body is a JWK set (RFC 7517, section 5). */
function isJwkSet(body: unknown): body is { keys: readonly JWK[] } {
  return isRecord(body) && Array.isArray(body.keys) && body.keys.every(isRecord);
}

async function pemsByKid(keys: readonly JWK[]): Promise<PemsByKid> {
  const pems = new Map<string, string>();
  for (const key of keys) {
    const pem = await pemOf(key);
    if (typeof key.kid === 'string' && pem !== undefined) pems.set(key.kid, pem);
  }
  return pems;
}

/** Converts a JWK. @returns `undefined` for a key that is unreadable or not RSA: Clerk signs session tokens with RS256 */
async function pemOf(key: JWK): Promise<string | undefined> {
  if (key.kty !== 'RSA') return undefined;
  try {
    const imported = await importJWK({ ...key, alg: 'RS256', ext: true });
    return imported instanceof Uint8Array ? undefined : await exportSPKI(imported);
  } catch {
    return undefined;
  }
}
