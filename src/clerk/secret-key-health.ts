import { keyRefusedReason } from '../errors.ts';

/** Whether Clerk accepts the gateway's secret key. */
export type KeyVerdict = 'accepted' | 'refused';

/** Tracks whether Clerk accepts the gateway's secret key. */
interface SecretKeyHealth {
  /** Records the verdict that an answer of Clerk shows: the answer to a mint, or to a fetch of the key set. */
  report(verdict: KeyVerdict): void;
  /** Returns whether Clerk accepts the key; `undefined` while no verdict is known. */
  isAccepted(): boolean | undefined;
  /**
   * Returns why the gateway is not ready, or `undefined` when it is. Calls Clerk when no verdict is known, or when the refusal is older than
   * 10 s.
   */
  notReadyReason(): Promise<string | undefined>;
}

interface SecretKeyHealthOptions {
  /** Calls Clerk and reports the verdict. Never rejects. */
  probe: () => Promise<void>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The shortest time between two probes, in milliseconds. */
const probeInterval = 10_000;

/**
 * Creates the health of the secret key. A refusal expires, because a gateway that is not ready gets no requests whose success could end it.
 */
export function createSecretKeyHealth({ probe, now }: SecretKeyHealthOptions): SecretKeyHealth {
  let verdict: KeyVerdict | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  return {
    report(reported) {
      verdict = reported;
      checkedAt = now();
    },
    isAccepted: () => (verdict === undefined ? undefined : verdict === 'accepted'),
    async notReadyReason() {
      // The wall clock may jump back: a check that lies in the future counts as old, too.
      if (verdict !== 'accepted' && Math.abs(now() - checkedAt) >= probeInterval) {
        checkedAt = now();
        await probe();
      }
      return verdict === 'refused' ? keyRefusedReason : undefined;
    },
  };
}
