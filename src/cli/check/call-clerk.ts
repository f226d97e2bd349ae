import type { ClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { refusesSecretKey } from '../../clerk/clerk-error.ts';
import { type ClerkSettings, createClient } from '../../clerk/client.ts';
import { apiKeysPage } from '../../errors.ts';
import { withTimeout } from '../../time/with-timeout.ts';

/** The timeout of one call to Clerk, in milliseconds. */
const timeoutMs = 10_000;

/** The message when Clerk refuses the secret key. */
export const keyRefusedMessage = `CLERK_SECRET_KEY: Clerk refuses this key: copy it again from ${apiKeysPage}`;

/** A call to Clerk that failed. The message is `status <n>`, or `no usable answer` when the status is unknown. */
export class ClerkCallError extends Error {
  override name = 'ClerkCallError';
  /** Whether Clerk refused the secret key. */
  readonly keyRefused: boolean;

  constructor(cause: unknown) {
    const { status, errors } = isClerkAPIResponseError(cause) ? cause : {};
    super(status ? `status ${status}` : 'no usable answer', { cause });
    this.keyRefused = refusesSecretKey(errors);
  }
}

/**
 * Makes one call to Clerk's Backend API, with a timeout of 10 s.
 *
 * @param call - receives a client of Clerk's SDK, and a signal that aborts after the timeout
 * @throws ClerkCallError when the call fails or takes too long
 */
export async function callClerk<T>(
  settings: ClerkSettings,
  call: (client: ClerkClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    const pending = call(createClient(settings), AbortSignal.timeout(timeoutMs));
    return await withTimeout(pending, timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`));
  } catch (error) {
    throw new ClerkCallError(error);
  }
}
