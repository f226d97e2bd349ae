import type { Caller } from '../auth/caller.ts';
import type { TokenLoader } from '../mint/token-loader.ts';

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
  /** The gateway's clock, in milliseconds since the epoch. */
  now: () => number;
}
