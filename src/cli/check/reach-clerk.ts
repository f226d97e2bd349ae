import { answersThatKeyIsRefused } from '../../clerk/clerk-error.ts';
import { keySetUrl } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/environment.ts';
import { keyRefused, patience } from './check-report.ts';

/** An answer of Clerk's to a request for its key set. */
export interface ReachedClerk {
  /** How long the answer took, in milliseconds. */
  took: number;
  /** This machine's clock halfway through the round trip, in milliseconds since the epoch. */
  here: number;
  /** The header `Date`. */
  date: string | null;
  /** The key set. */
  keys: readonly Record<string, unknown>[];
}

/**
 * Fetches Clerk's key set with the secret key.
 *
 * @throws ConfigurationError when Clerk cannot be reached, refuses the secret key, or is not Clerk
 */
export async function reachClerk(apiUrl: string, secretKey: string): Promise<ReachedClerk> {
  const asked = Date.now();
  const response = await fetch(keySetUrl(apiUrl), {
    headers: { authorization: `Bearer ${secretKey}` },
    signal: AbortSignal.timeout(patience),
  }).catch(() => {
    throw new ConfigurationError([
      `CLERK_API_URL: nothing answers at ${apiUrl}; check the address and the network`,
    ]);
  });
  const answered = Date.now();
  if (await answersThatKeyIsRefused(response)) throw new ConfigurationError([keyRefused]);
  if (response.status !== 200) {
    throw new ConfigurationError([`CLERK_API_URL: ${apiUrl} answers with status ${response.status}`]);
  }
  const set = (await response.json().catch(() => undefined)) as { keys?: ReachedClerk['keys'] } | undefined;
  if (!Array.isArray(set?.keys)) {
    throw new ConfigurationError([`CLERK_API_URL: ${apiUrl} does not answer with a key set; is it Clerk?`]);
  }
  return {
    took: answered - asked,
    here: (asked + answered) / 2,
    date: response.headers.get('date'),
    keys: set.keys,
  };
}
