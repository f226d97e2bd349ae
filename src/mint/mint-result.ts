import type { MintFailure } from './mint-failure.ts';
import type { MintedToken } from './minted-token.ts';

/** Where a token came from. */
export type TokenSource =
  /** Clerk minted it for this request. */
  | 'clerk'
  /** This request waited for the single flight of another request. */
  | 'single-flight'
  /** Another instance had minted it: it was in the shared cache. */
  | 'shared-cache'
  /** It was in the memory of this process. */
  | 'memory';

/** The outcome of a token request, or of one mint: a token with its source, or a failure. */
export type TokenResult =
  | { readonly kind: 'token'; readonly token: MintedToken; readonly source: TokenSource }
  | FailedResult;

/** The outcome of a token request that yields no token. */
export interface FailedResult {
  readonly kind: 'failure';
  readonly failure: MintFailure;
}

/** Returns a failure as a result. */
export function failed(failure: MintFailure): FailedResult {
  return { kind: 'failure', failure };
}
