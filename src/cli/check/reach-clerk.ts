import { responseRefusesSecretKey } from '../../clerk/clerk-error.ts';
import { type ClerkSettings, keySetUrl } from '../../clerk/client.ts';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { callClerk } from './call-clerk.ts';

/** Clerk's answer to a request for its key set. */
export interface ReachedClerk {
  /** The duration of the request, in milliseconds. */
  tookMs: number;
  /** The time on this machine halfway through the round trip, in milliseconds since the epoch. */
  localTime: number;
  /** The header `Date`; `null` when it is missing. */
  date: string | null;
  /** The key set. */
  keys: readonly Record<string, unknown>[];
}

/**
 * Fetches Clerk's key set with the secret key.
 *
 * @returns `undefined` when Clerk refuses the secret key
 * @throws ConfigurationError when Clerk cannot be reached, or when the answer is not a key set
 */
export async function reachClerk(clerk: ClerkSettings): Promise<ReachedClerk | undefined> {
  const { apiUrl, secretKey } = clerk;
  const headers = { authorization: `Bearer ${secretKey}` };
  const sentAt = Date.now();
  // The SDK does not return the headers.
  const response = await callClerk(clerk, (_client, signal) =>
    fetch(keySetUrl(apiUrl), { headers, signal }),
  ).catch(() => {
    throw new ConfigurationError([
      `CLERK_API_URL: no server answers at ${apiUrl}: check the address and the network`,
    ]);
  });
  const answeredAt = Date.now();
  if (await responseRefusesSecretKey(response)) return undefined;
  if (response.status !== 200) {
    throw new ConfigurationError([
      `CLERK_API_URL: ${apiUrl} answers with status ${response.status}, not with Clerk's key set: check the address`,
    ]);
  }
  const body = (await response.json().catch(() => undefined)) as { keys?: ReachedClerk['keys'] } | undefined;
  if (!Array.isArray(body?.keys)) {
    throw new ConfigurationError([
      `CLERK_API_URL: ${apiUrl} answers, but not with Clerk's key set: check the address`,
    ]);
  }
  return {
    tookMs: answeredAt - sentAt,
    localTime: (sentAt + answeredAt) / 2,
    date: response.headers.get('date'),
    keys: body.keys,
  };
}
