import { clockSkewSeconds } from '../../auth/session-claims.ts';
import type { MintedToken } from '../minted-token.ts';

/** How a held token may be used at one moment. */
export type Freshness =
  /** It is returned. */
  | 'fresh'
  /** It is returned, and a new one is minted in the background. */
  | 'stale-while-revalidate'
  /** It is returned only if no new token can be minted. */
  | 'stale-if-error'
  /** It is not returned. */
  | 'expired';

/** The ages until which tokens are held. */
export interface CacheAges {
  /** Seconds from `iat` after which a token is replaced. */
  maxCacheAge: number;
  /** Seconds from `iat` after which a token is not returned even while Clerk fails. */
  maxStaleAge: number;
  /** How early this instance renews tokens: 0 for the latest time, 1 for the earliest. */
  jitter: number;
}

/** The age at which renewal begins (the soft point), as a share of the usable age. */
const softShare = 0.75;
/** The range of the soft points of different instances, as a share of the usable age: instances must not all renew at once. */
const softSpread = 0.1;

/**
 * Returns how fresh a token is, by its `iat` and `exp`. The time at which it was stored does not count.
 *
 * @param now - seconds since the epoch
 */
export function freshnessOf(token: MintedToken, ages: CacheAges, now: number): Freshness {
  const { issuedAt, expiresAt } = token;
  const life = expiresAt - issuedAt;
  // After the clock has jumped back, `iat` is in the future: the age is unknown.
  if (!(life > 0) || now < issuedAt - clockSkewSeconds) return 'expired';
  const usable = Math.min(life, ages.maxCacheAge);
  if (now < renewAt(token, ages) && now < expiresAt) return 'fresh';
  const hard = Math.min(issuedAt + usable, expiresAt - minTimeLeft(life));
  if (now < hard) return 'stale-while-revalidate';
  return now < Math.min(expiresAt - 1, issuedAt + ages.maxStaleAge) ? 'stale-if-error' : 'expired';
}

/** Returns when a token is renewed, in seconds since the epoch. */
export function renewAt(
  { issuedAt, expiresAt }: MintedToken,
  { maxCacheAge, jitter }: Pick<CacheAges, 'maxCacheAge' | 'jitter'>,
): number {
  return issuedAt + Math.min(expiresAt - issuedAt, maxCacheAge) * (softShare - softSpread * jitter);
}

/** Returns the shortest remaining life with which a token is returned, in seconds: a receiver needs time to use it. */
function minTimeLeft(life: number): number {
  return Math.min(Math.max(5, 0.1 * life), 0.25 * life);
}
