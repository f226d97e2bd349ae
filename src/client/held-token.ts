import type { ElapsedTime } from './elapsed-time.ts';

/** A token that the source holds. Its life counts from before the request, so that it is never taken for longer than it is. */
export interface HeldToken {
  readonly jwt: string;
  /** The number of the forced request that brought it; 0 when an ordinary request did. */
  readonly forcedBy: number;
  /** Whether the token may be returned. */
  isUsable(): boolean;
  /** Whether the token may be returned when no other is available. @param afterMs - milliseconds from now; 0 when left out */
  isAlive(afterMs?: number): boolean;
  /** Milliseconds until the token should be renewed; 0 when it is time. */
  renewInMs(): number;
}

/**
 * Holds a token. It is renewed after three quarters of its life, and returned until an eighth of its life is left, at most 10 s.
 *
 * @param expiresIn - the life that was left when the gateway answered, in seconds by the gateway's clock
 * @param sinceRequest - measured from before the request
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
