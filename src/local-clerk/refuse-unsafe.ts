import { isLoopback } from '../runtime/loopback.ts';

/**
 * The local Clerk signs tokens for whoever asks, so it must never be reachable by others nor stand in for a real one.
 *
 * @throws Error in production, with a live key, or off loopback.
 */
export function refuseUnsafe(setup: {
  nodeEnv: string | undefined;
  secretKey: string | undefined;
  host: string;
}): void {
  // Shells and files add capitals, spaces and carriage returns.
  if (setup.nodeEnv?.trim().toLowerCase() === 'production') {
    throw new Error(
      'The local Clerk refuses to start with NODE_ENV=production, for it is meant for development and tests: unset NODE_ENV.',
    );
  }
  if (setup.secretKey?.startsWith('sk_live_')) {
    throw new Error(
      'The local Clerk refuses live secret keys: leave secretKey out, or pass one that starts with sk_test_.',
    );
  }
  if (setup.secretKey !== undefined && !/^sk_test_\S+$/.test(setup.secretKey)) {
    throw new Error('The local Clerk expected secretKey to start with sk_test_ and to hold no spaces.');
  }
  if (!isLoopback(setup.host)) {
    throw new Error(
      `The local Clerk refuses to listen on "${setup.host}": only localhost, 127.0.0.0/8 and ::1 are allowed.`,
    );
  }
}
