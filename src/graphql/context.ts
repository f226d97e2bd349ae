import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { TokenTemplate } from '../mint/list-token-templates.ts';
import type { MintedToken } from '../mint/minted-token.ts';
import type { TokenKey } from '../mint/token-loader.ts';
import type { TokenEvent } from '../subscription/token-stream.ts';
import type { MaybePromise } from '../time/maybe-promise.ts';
import type { ResultUsage } from './result-usage.ts';

/** The context that every resolver receives. Each operation has one. */
export interface GatewayContext {
  /**
   * Returns the caller, or `null` for a request without credentials. The first call authenticates the request.
   *
   * @throws `UNAUTHENTICATED` for refused credentials, `UPSTREAM_UNAVAILABLE` if Clerk's keys cannot be fetched
   */
  getCaller: () => MaybePromise<Caller | null>;
  /**
   * Returns a token of the caller. An operation loads each token once.
   *
   * @throws the errors of `getCaller`, `UNAUTHENTICATED` without credentials, and the refusals of the token
   */
  loadToken: (key: TokenKey) => MaybePromise<MintedToken>;
  /**
   * Opens a stream of the current token and its successors. It does not use `loadToken`, which loads each token once.
   *
   * @throws the errors of `getCaller`, `UNAUTHENTICATED` without credentials, and the refusals of the first token
   */
  openTokenStream: (template: string) => Promise<AsyncIterable<TokenEvent>>;
  /**
   * Returns the configured templates for the caller. An operation lists them once.
   *
   * @throws the errors of `getCaller`, `UNAUTHENTICATED` without credentials, and `UPSTREAM_UNAVAILABLE` while Clerk does not list them
   */
  listTokenTemplates: () => Promise<readonly TokenTemplate[]>;
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
