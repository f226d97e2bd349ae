import type { Instance } from './instance.ts';
import { randomId } from './random-id.ts';

/**
 * Refuses a secret key that is not a test key. The message does not quote it.
 *
 * @throws Error for a live key, and for any other text that does not start with `sk_test_` or contains spaces
 */
export function requireTestKey(secretKey: string): string {
  if (secretKey.startsWith('sk_live_')) {
    throw new Error(
      'The local Clerk does not accept a live key as secretKey: pass a key that starts with sk_test_, or omit secretKey.',
    );
  }
  if (!/^sk_test_\S+$/.test(secretKey)) {
    throw new Error(
      'The local Clerk does not accept this secretKey: it must start with sk_test_ and contain no spaces.',
    );
  }
  return secretKey;
}

/** Accepts a further secret key. @param secretKey - @default a random key */
export function addSecretKey(instance: Instance, secretKey: string = randomId('sk_test')): string {
  instance.secretKeys = [...new Set([...instance.secretKeys, requireTestKey(secretKey)])];
  return secretKey;
}

/** Refuses a secret key from now on. @throws Error for a key that is not accepted now */
export function removeSecretKey(instance: Instance, secretKey: string): void {
  if (!instance.secretKeys.includes(secretKey)) {
    throw new Error('The local Clerk has no such secret key: pass a key that it accepts now.');
  }
  instance.secretKeys = instance.secretKeys.filter((key) => key !== secretKey);
}
