import { clockSkewSeconds } from '../../auth/session-claims.ts';
import type { MintedToken } from '../minted-token.ts';

/** What a held token is good for, at one moment. */
export type Freshness =
  /** It is handed out. */
  | 'fresh'
  /** It is handed out, and its successor is minted behind it. */
  | 'renewable'
  /** It is handed out only while no other token can be had. */
  | 'stale'
  /** It is not handed out. */
  | 'over';

/** How long tokens are held. */
export interface CacheAges {
  /** Seconds from `iat` after which a token is replaced. */
  maxCacheAge: number;
  /** Seconds from `iat` after which a token is not handed out even while Clerk fails. */
  maxStaleAge: number;
  /** 0 to 1: how much of the spread this instance renews ahead of others. */
  ahead: number;
}

/** Where renewal begins, as a share of the usable age. */
const softShare = 0.75;
/** By how much of the usable age an instance may begin earlier, so that not all begin at once. */
const softSpread = 0.1;

/**
 * Tells how fresh a token is, from its own `iat` and `exp` and never from when it was stored.
 *
 * @param now - seconds since the epoch
 */
export function freshnessOf(token: MintedToken, ages: CacheAges, now: number): Freshness {
  const { issuedAt, expiresAt } = token;
  const life = expiresAt - issuedAt;
  // A clock that jumped back makes a token of the future: its age cannot be told.
  if (!(life > 0) || now < issuedAt - clockSkewSeconds) return 'over';
  const usable = Math.min(life, ages.maxCacheAge);
  if (now < renewalOf(token, ages) && now < expiresAt) return 'fresh';
  const hard = Math.min(issuedAt + usable, expiresAt - leastLeft(life));
  if (now < hard) return 'renewable';
  return now < Math.min(expiresAt - 1, issuedAt + ages.maxStaleAge) ? 'stale' : 'over';
}

/** When a token is renewed, in seconds since the epoch. */
export function renewalOf(
  { issuedAt, expiresAt }: MintedToken,
  { maxCacheAge, ahead }: Pick<CacheAges, 'maxCacheAge' | 'ahead'>,
): number {
  return issuedAt + Math.min(expiresAt - issuedAt, maxCacheAge) * (softShare - softSpread * ahead);
}

/** How much life a token must have left to be handed out, in seconds: what a receiver needs to use it. */
function leastLeft(life: number): number {
  return Math.min(Math.max(5, 0.1 * life), 0.25 * life);
}
