import { keyRefusedReason } from '../errors.ts';
import type { KeyVerdict } from './jwks.ts';

/** What is known of whether Clerk accepts the gateway's secret key. */
export interface SecretKeyHealth {
  /** Every answer of Clerk's says it: to a mint as to a fetch of the key set. */
  report(verdict: KeyVerdict): void;
  /** The reason not to be ready, or undefined. Asks Clerk when nothing is known, or the refusal is old. */
  obstacle(): Promise<string | undefined>;
}

export interface SecretKeyHealthOptions {
  /** Makes a call to Clerk whose outcome is reported. */
  ask: () => Promise<void>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long a refusal, or a call without an outcome, is believed before Clerk is asked again, in milliseconds. */
const askAgainAfter = 10_000;

/**
 * Follows whether Clerk accepts the secret key. A refusal must not stand for ever: a gateway that is not ready gets no
 * requests whose success could end it.
 */
export function secretKeyHealth({ ask, now }: SecretKeyHealthOptions): SecretKeyHealth {
  let known: KeyVerdict | undefined;
  let at = Number.NEGATIVE_INFINITY;
  return {
    report(verdict) {
      known = verdict;
      at = now();
    },
    async obstacle() {
      if (known !== 'accepted' && Math.abs(now() - at) >= askAgainAfter) {
        at = now();
        await ask();
      }
      return known === 'refused' ? keyRefusedReason : undefined;
    },
  };
}
