import { withTimeout } from '../../time/with-timeout.ts';

/** The limits that a mint must fit into; each is a reason for a refusal. */
export type LimitName = 'session-limit' | 'user-limit' | 'budget' | 'fresh-limit';

/** The ids that limits are counted by. */
export interface LimitSubject {
  readonly sessionId: string;
  readonly userId: string;
}

/** One limit: at most so many within a sliding window. */
export interface LimitRule {
  readonly name: LimitName;
  /** Most that one subject may take within the window. */
  readonly max: number;
  /** The length of the window, in milliseconds. */
  readonly windowMs: number;
  /**
   * A window is counted in this many slots and the current one. The oldest slot counts in full, so that no window holds more than its
   * limit, wherever it begins; what was taken is given back one window later, or up to one slot after that.
   */
  readonly slots: number;
  /** Whose counter a subject is counted by; `'all'` for one counter. */
  readonly per: keyof LimitSubject | 'all';
}

/** The outcome of a request to a rate limit. */
export type LimitResult =
  | { readonly kind: 'taken' }
  /** The first limit that is spent, and the milliseconds until it has room again. */
  | { readonly kind: 'spent'; readonly limit: LimitName; readonly retryInMs: number };

/** How many calls must find room before one, by whose counter they count. */
export type Queued = Readonly<Record<LimitRule['per'], number>>;

/** No call is queued. */
export const noneQueued: Queued = { sessionId: 0, userId: 0, all: 0 };

/** Several limits that are checked together: one is taken of all of them, or of none. */
export interface RateLimit {
  /**
   * @param subject - who takes
   * @param queued - calls for which room must be left. @default none
   */
  take(subject: LimitSubject, queued?: Queued): Promise<LimitResult>;
}

/** The name of the counter of a subject. */
export function counterOf({ per }: LimitRule, subject: LimitSubject): string {
  return per === 'all' ? '' : subject[per];
}

/** How long a shared rate limit may take to answer, in milliseconds. */
const sharedTimeoutMs = 100;

/** A shared rate limit that never fails and never takes long: while it cannot be asked, this process counts for itself. */
export function withFallback(shared: RateLimit, fallback: RateLimit): RateLimit {
  return {
    async take(subject, queued = noneQueued) {
      try {
        const late = () => new Error('the shared rate limit is too slow');
        const result = await withTimeout(askShared(shared, subject, queued), sharedTimeoutMs, late);
        if (isSound(result)) return result;
      } catch {
        // The connection to Redis has said why.
      }
      return fallback.take(subject, queued);
    },
  };
}

// Async, so that a shared rate limit that throws at once fails like one that rejects.
async function askShared(shared: RateLimit, subject: LimitSubject, queued: Queued): Promise<LimitResult> {
  return shared.take(subject, queued);
}

function isSound(result: LimitResult | undefined): result is LimitResult {
  return result?.kind === 'taken' || (result?.kind === 'spent' && Number.isFinite(result.retryInMs));
}
