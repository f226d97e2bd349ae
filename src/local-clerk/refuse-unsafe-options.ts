import { isLoopback } from '../runtime/loopback.ts';
import { requireTestKey } from './secret-keys.ts';

/** The options and the environment that decide whether a local Clerk may start. */
export interface StartConditions {
  /** `NODE_ENV` of the process. */
  nodeEnv: string | undefined;
  /** The secret key that requests must carry; `undefined` when the local Clerk generates one. */
  secretKey: string | undefined;
  /** The address to listen on. */
  host: string;
}

/**
 * Refuses options with which others could reach the local Clerk or mistake it for a real instance. It signs tokens for every caller
 * with its key.
 *
 * @throws Error in production, for a secret key that is not a test key, and for an address other than loopback
 */
export function refuseUnsafeOptions({ nodeEnv, secretKey, host }: StartConditions): void {
  // Values from shells and files can have capital letters, spaces and carriage returns.
  if (nodeEnv?.trim().toLowerCase() === 'production') {
    throw new Error(
      'The local Clerk does not start with NODE_ENV=production: it is for development and tests only. Unset NODE_ENV.',
    );
  }
  if (secretKey !== undefined) requireTestKey(secretKey);
  if (!isLoopback(host)) {
    throw new Error(
      `The local Clerk does not listen on host "${host}": use localhost, an address in 127.0.0.0/8, or ::1.`,
    );
  }
}
