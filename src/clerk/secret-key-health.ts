import { keyRefusedReason } from '../errors.ts';
import { probeInterval, type SecretKeys } from './secret-keys.ts';

/** Tells whether Clerk accepts the gateway's secret keys, for the readiness of the gateway. */
export interface SecretKeyHealth {
  /**
   * Returns why the gateway is not ready, or `undefined` when it is. Calls Clerk when no verdict is known, or when the refusal is older than
   * 10 s.
   */
  notReadyReason(): Promise<string | undefined>;
  /** Returns which entries of the list Clerk refuses. */
  warnings(): string[];
}

interface SecretKeyHealthOptions {
  secretKeys: Pick<SecretKeys, 'verdict' | 'checkedAt' | 'problems' | 'probe'>;
  /** Calls Clerk with the keys, which shows a verdict. Never rejects. */
  refresh: () => Promise<void>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Creates the health of the secret keys. A refusal expires, because a gateway that is not ready gets no requests whose success could end it.
 */
export function createSecretKeyHealth({ secretKeys, refresh, now }: SecretKeyHealthOptions): SecretKeyHealth {
  let probedAt = Number.NEGATIVE_INFINITY;
  // The wall clock may jump back: a check that lies in the future counts as old, too.
  const isOld = (since: number) => Math.abs(now() - since) >= probeInterval;
  return {
    async notReadyReason() {
      // In the background: the answer does not depend on keys that do not mint yet.
      void secretKeys.probe();
      if (secretKeys.verdict() !== 'accepted' && isOld(probedAt) && isOld(secretKeys.checkedAt())) {
        probedAt = now();
        await refresh();
      }
      return secretKeys.verdict() === 'refused' ? keyRefusedReason : undefined;
    },
    warnings: secretKeys.problems,
  };
}
