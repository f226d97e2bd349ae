import type { ElapsedTime } from './elapsed-time.ts';

/** A token that the source holds. Its life is measured from before the request, so that it is never overestimated. */
export interface HeldToken {
  readonly jwt: string;
  /** The number of the forced request that returned it; 0 for an ordinary request. */
  readonly forcedBy: number;
  /** Whether the token may be returned. */
  isUsable(): boolean;
  /** Whether the token may be returned when no other is available. @param afterMs - milliseconds from now. @default 0 */
  isAlive(afterMs?: number): boolean;
  /** Milliseconds until the token should be renewed; 0 when it is time. */
  renewInMs(): number;
}

/**
 * Creates the state of a held token. It is renewed after three quarters of its life, and returned until an eighth of its life, but at most
 * 10 s, is left.
 *
 * @param expiresIn - the remaining life in the gateway's answer, in seconds
 * @param sinceRequest - the time since just before the request
 * @param forcedBy - the number of the request, if it was forced; else 0
 */
export function holdToken(
  jwt: string,
  expiresIn: number,
  sinceRequest: ElapsedTime,
  forcedBy: number,
): HeldToken {
  const lifeMs = expiresIn * 1000;
  const leftMs = () => lifeMs - sinceRequest.longestMs();
  return {
    jwt,
    forcedBy,
    isUsable: () => leftMs() > Math.min(10_000, lifeMs / 8),
    isAlive: (afterMs = 0) => leftMs() > 1000 + afterMs,
    renewInMs: () => Math.max(0, leftMs() - lifeMs / 4),
  };
}
