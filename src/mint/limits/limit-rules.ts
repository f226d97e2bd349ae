import type { LimitRule } from './rate-limit.ts';

/** The window over which Clerk counts requests, in milliseconds. */
export const budgetWindowMs = 10_000;

const minuteMs = 60_000;

/** Slots of a limit with one counter for each user or session: few, because there may be many such counters. */
const fewSlots = 20;
/** Slots of the budget, which has one counter in total: many, so that each mint stops counting soon after 10 s. */
const manySlots = 100;

/** Maximum number of mints that one operation needs: it may name ten templates. */
const mintsOfOneOperation = 10;

/**
 * Returns how many mints of a budget one user may spend, with all sessions together: budget × share, but at least 10 or half of the
 * budget, whichever is less, and never 0.
 *
 * @param budget - mints per 10 s
 * @param share - above 0, up to 1
 */
export function userMintLimit(budget: number, share: number): number {
  const oneOperation = Math.min(mintsOfOneOperation, Math.floor(budget / 2));
  return Math.max(1, Math.floor(budget * share), oneOperation);
}

interface MintRulesOptions {
  /** Mints per 10 s. */
  budget: number;
  /** The share of the budget that one user may spend; 1 for no limit per user. */
  userShare: number;
  /** Mints per minute of one session. */
  sessionLimit: number;
}

/** Returns the limits of mints, in the order in which they are checked: per session, per user, and in total. */
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

/** The limit of mode `force` (`fresh: true`): 6 per minute and session. */
export const forceRules: readonly LimitRule[] = [
  { name: 'fresh-limit', per: 'sessionId', windowMs: minuteMs, slots: fewSlots, max: 6 },
];
