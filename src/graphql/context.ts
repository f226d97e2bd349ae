import type { Caller } from '../auth/caller.ts';
import type { TokenLoader } from '../mint/token-loader.ts';
import type { TokenEvent } from '../subscription/token-stream.ts';
import type { ResultUsage } from './result-usage.ts';

/** What every resolver gets: made once per operation. */
export interface GatewayContext {
  /**
   * The caller, or null when the request carries no credentials. Verified once per request, at the first question.
   *
   * @throws `UNAUTHENTICATED` for refused credentials, `UPSTREAM_UNAVAILABLE` when Clerk's keys are out of reach
   */
  caller: () => Promise<Caller | null>;
  /** The same for a field that answers a token, and never null. @throws also `UNAUTHENTICATED` for nobody */
  tokenCaller: (template: string) => Promise<Caller>;
  /** The operation's tokens. */
  tokens: TokenLoader;
  /**
   * The current token, and its successors as it is time for them. Not through `tokens`, which are of one moment.
   *
   * @throws what `tokenCaller` throws, and what a first token may be refused for
   */
  tokenStream: (template: string) => Promise<AsyncIterable<TokenEvent>>;
  /** What the result holds so far: the only one, or the current event of a subscription. */
  resultUsage: ResultUsage;
  /** The gateway's clock, in milliseconds since the epoch. */
  now: () => number;
}
