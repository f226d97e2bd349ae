import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { TokenLoader } from '../mint/token-loader.ts';
import type { TokenEvent } from '../subscription/token-stream.ts';
import type { ResultUsage } from './result-usage.ts';

/** The context that every resolver receives. Each operation has one. */
export interface GatewayContext {
  /**
   * Returns the caller, or `null` for a request without credentials. The first call authenticates the request.
   *
   * @throws `UNAUTHENTICATED` for refused credentials, `UPSTREAM_UNAVAILABLE` if Clerk's keys cannot be fetched
   */
  getCaller: () => Promise<Caller | null>;
  /**
   * Returns the caller of a token field.
   *
   * @throws the errors of `getCaller`, and `UNAUTHENTICATED` without credentials
   */
  requireTokenCaller: (template: string) => Promise<Caller>;
  /** Loads the tokens of the operation. */
  tokens: TokenLoader;
  /**
   * Opens a stream of the current token and its successors. It does not use `tokens`, which load each token once.
   *
   * @throws the errors of `requireTokenCaller`, and the refusals of the first token
   */
  openTokenStream: (template: string) => Promise<AsyncIterable<TokenEvent>>;
  /** The size of the result so far: of the response, or of the current event of a subscription. */
  resultUsage: ResultUsage;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Returns the caller. @throws the errors of `getCaller`, and `UNAUTHENTICATED` without credentials */
export async function requireCaller(context: Pick<GatewayContext, 'getCaller'>): Promise<Caller> {
  const caller = await context.getCaller();
  if (caller === null) throw gatewayError('UNAUTHENTICATED', { reason: 'no credentials' });
  return caller;
}
