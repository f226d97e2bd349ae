import { type Fetch, fetchJwksOutcome } from './fetch-jwks.ts';
import type { ProbeVerdict, SecretKey } from './secret-keys.ts';

interface ProbeOptions {
  /** The key set, `<apiUrl>/v1/jwks`: Clerk answers it to accepted secret keys, without a rate limit. */
  url: URL;
  /** How long each of the two fetches may take, in milliseconds. */
  deadline: number;
  fetch: Fetch;
}

/**
 * Asks Clerk about a secret key, by fetching its key set. Clerk accepts a key of another instance, too, but would then know none of the
 * sessions. So the key set must have a public key in common with that of a key of the right instance.
 *
 * @param reference - a key of the right instance
 * @returns `undefined` where one of the fetches shows nothing, or Clerk refuses the reference. Never rejects
 */
export async function probeSecretKey(
  { url, deadline, fetch }: ProbeOptions,
  key: SecretKey,
  reference: SecretKey,
): Promise<ProbeVerdict> {
  const options = { url, timeout: deadline, fetch };
  const { verdict, pems } = await fetchJwksOutcome({ ...options, secretKey: key.text });
  if (pems === undefined) return verdict;
  const { pems: expected } = await fetchJwksOutcome({ ...options, secretKey: reference.text });
  if (expected === undefined) return undefined;
  const right = new Set(expected.values());
  return [...pems.values()].some((pem) => right.has(pem)) ? 'accepted' : 'foreign';
}
