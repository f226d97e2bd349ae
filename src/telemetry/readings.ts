import type { Counts } from './counts.ts';
import type { AnswerPath } from './events.ts';

/** The state of a gateway at one moment: its counts, and what it knows of itself. */
export interface Readings extends Readonly<Counts> {
  /** Answered GraphQL requests. */
  readonly requests: Readonly<Record<AnswerPath, number>>;
  /** Refused requests for a token, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Tokens in memory. */
  readonly tokensHeld: number;
  /** Open subscriptions. */
  readonly subscriptions: number;
  /** Mints within the last 10 s, as this process last knew it, and their limit. */
  readonly mintBudget: { readonly used: number; readonly limit: number };
  readonly circuitBreaker: 'closed' | 'open' | 'half-open';
  /** How long Clerk's `Retry-After` still stops mints, in milliseconds. */
  readonly throttleRemainingMs: number;
  /** Mints that wait for the budget. */
  readonly mintQueueLength: number;
  /** Whether Clerk accepts the secret key; `undefined` while unknown. */
  readonly isSecretKeyAccepted: boolean | undefined;
  /** Whether `/ready` would answer 200; `undefined` while unknown. */
  readonly isReady: boolean | undefined;
  /** Whether Redis is connected and accepts writes; `undefined` without Redis. */
  readonly isRedisConnected: boolean | undefined;
}
