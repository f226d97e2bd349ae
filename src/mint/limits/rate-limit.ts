/** The names of the rate limits of mints. Each is also a reason for a refusal. */
export type LimitName = 'session-limit' | 'user-limit' | 'budget' | 'fresh-limit';

/** The ids that limits are counted by. */
export interface LimitSubject {
  readonly sessionId: string;
  readonly userId: string;
}

/** One limit: at most `max` mints within a sliding window. */
export interface LimitRule {
  readonly name: LimitName;
  /** Maximum count within the window. */
  readonly max: number;
  /** The length of the window, in milliseconds. */
  readonly windowMs: number;
  /**
   * The window is counted in this many slots and the current one. The oldest slot counts in full, so that no window holds more than
   * `max`, wherever it begins. Each mint stops counting one window later, plus at most one slot.
   */
  readonly slots: number;
  /** The id that has a counter; `'all'` for one counter in total. */
  readonly per: keyof LimitSubject | 'all';
}

/** The result of taking from a rate limit. */
export type LimitResult =
  | { readonly kind: 'taken' }
  /** The first limit that is spent, and the milliseconds until it has room again. */
  | { readonly kind: 'spent'; readonly limit: LimitName; readonly retryInMs: number };

/** The number of queued calls that go first, for each kind of counter. */
export type Queued = Readonly<Record<LimitRule['per'], number>>;

/** No call is queued. */
export const noneQueued: Queued = { sessionId: 0, userId: 0, all: 0 };

/** Several limits that are checked together. */
export interface RateLimit {
  /**
   * Counts one mint in all limits, or in none when one of them is spent. A shared rate limit must settle within a short
   * time: in Redis, 50 ms.
   *
   * @param subject - the ids whose counters count
   * @param queued - queued calls for which room must be left. @default none
   */
  take(subject: LimitSubject, queued?: Queued): Promise<LimitResult>;
}

/** Receives the count of a limit that counts all calls together, and its maximum, each time that this process learns them. */
export type OnTotal = (used: number, max: number) => void;

/** Returns the name of the counter that a rule has for a subject. */
export function counterOf({ per }: LimitRule, subject: LimitSubject): string {
  return per === 'all' ? '' : subject[per];
}

/**
 * Returns a rate limit that never fails: while the shared one rejects or returns a malformed result, this process counts alone.
 *
 * @param shared - must settle within a short time
 * @param fallback - the limit of this process alone
 */
export function withFallback(shared: RateLimit, fallback: RateLimit): RateLimit {
  return {
    async take(subject, queued = noneQueued) {
      try {
        const result = await shared.take(subject, queued);
        if (isValid(result)) return result;
      } catch {
        // The connection to Redis has logged the reason.
      }
      return fallback.take(subject, queued);
    },
  };
}

function isValid(result: LimitResult | undefined): result is LimitResult {
  return result?.kind === 'taken' || (result?.kind === 'spent' && Number.isFinite(result.retryInMs));
}
