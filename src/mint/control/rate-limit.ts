import { withDeadline } from '../../deadline.ts';

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

/** The window over which Clerk counts requests, in milliseconds. */
export const budgetWindowMs = 10_000;

const minuteMs = 60_000;

/** Slots of a limit that has a counter for each user or session: few, for there may be many of them. */
const fewSlots = 20;
/** Slots of the budget, whose counter is one for all: many, so that what was taken is given back soon after 10 s. */
const manySlots = 100;

/** Most mints that one user may need at once: one operation with ten templates. */
const mintsOfOneOperation = 10;

/**
 * Returns how many mints of a budget one user may spend, with all sessions together: budget × share, but at least 10 or half of the
 * budget, whichever is less, and never 0.
 *
 * @param share - above 0, up to 1
 */
export function userMintLimit(budget: number, share: number): number {
  const oneOperation = Math.min(mintsOfOneOperation, Math.floor(budget / 2));
  return Math.max(1, Math.floor(budget * share), oneOperation);
}

export interface MintRulesOptions {
  /** Mints per 10 s. */
  budget: number;
  /** The share of them that one user may spend; 1 for no such limit. */
  userShare: number;
  /** Mints per minute of one session. */
  sessionLimit: number;
}

/** The limits of mints: of the session, of its user, and of all together, in the order in which they are checked. */
export function mintRules({ budget, userShare, sessionLimit }: MintRulesOptions): LimitRule[] {
  const user: LimitRule = {
    ...{ name: 'user-limit', per: 'userId', windowMs: budgetWindowMs, slots: fewSlots },
    max: userMintLimit(budget, userShare),
  };
  return [
    { name: 'session-limit', per: 'sessionId', windowMs: minuteMs, slots: fewSlots, max: sessionLimit },
    ...(userShare < 1 ? [user] : []),
    { name: 'budget', per: 'all', windowMs: budgetWindowMs, slots: manySlots, max: budget },
  ];
}

/** Fresh tokens that one session may ask for within a minute. */
export const freshRules: readonly LimitRule[] = [
  { name: 'fresh-limit', per: 'sessionId', windowMs: minuteMs, slots: fewSlots, max: 6 },
];

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
        const result = await withDeadline(askShared(shared, subject, queued), sharedTimeoutMs, late);
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
