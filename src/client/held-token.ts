import type { Stopwatch } from './stopwatch.ts';

/** A token in hand. Times are in milliseconds and count from before it was asked for, so that they are never too long. */
export interface HeldToken {
  readonly jwt: string;
  /** The number of the flight that brought it, when that was a fresh one; else 0. */
  readonly fresh: number;
  /** Whether it may be handed out. */
  usable(): boolean;
  /** Whether it may still be handed out when no other can be had. @param after - that many milliseconds from now */
  alive(after?: number): boolean;
  /** How long until it should be renewed; 0 when it is time. */
  untilDue(): number;
}

/**
 * Holds a token: it is due after three quarters of its life, and handed out until an eighth of it is left, or 10 s if that is less.
 *
 * @param jwt - the token
 * @param expiresIn - seconds left of it, by the gateway's clock
 * @param since - started before it was asked for
 * @param fresh - the number of the flight, when it was a fresh one
 */
export function holdToken(jwt: string, expiresIn: number, since: Stopwatch, fresh: number): HeldToken {
  const life = expiresIn * 1000;
  const left = () => life - since.atMost();
  return {
    jwt,
    fresh,
    usable: () => left() > Math.min(10_000, life / 8),
    alive: (after = 0) => left() > 1000 + after,
    untilDue: () => Math.max(0, left() - life / 4),
  };
}
