import { decodeClaims } from '../client/decode-claims.ts';
import type { ClaimsOf, TemplateName } from '../client/register.ts';
import type { TokenError } from '../client/token-error.ts';
import type { TokenSource } from '../client/token-source-options.ts';

/** The token of a template, as a component sees it. The object stays the same until something changes. */
export interface TokenState<Name extends TemplateName = TemplateName> {
  /** The token; null while it is loaded, without a session, and after a failure. */
  readonly token: string | null;
  /** The claims of `token`, decoded, not verified. Components share the object: do not change it. */
  readonly claims: ClaimsOf<Name> | null;
  /** Why the last attempt failed; null after a success and after a sign-out. Temporary failures are retried, and `token` may be set, too. */
  readonly error: TokenError | null;
  /** Whether the first answer for the session of this rendering is awaited. `token` and `error` are then null. */
  readonly isLoading: boolean;
  /**
   * Returns a token that is valid now, as `TokenSource` does: for requests in event handlers. It belongs to the session of this rendering.
   *
   * @throws TokenError when no token is available; `SESSION_CHANGED` when another session is signed in: use `getToken` of the next rendering
   */
  readonly getToken: TokenSource['getToken'];
  /**
   * Requests a token that is minted after this call (`fresh: true`, six times a minute and session). Never rejects: see `error`. Does nothing
   * before the session is known.
   */
  readonly refresh: () => Promise<void>;
}

/**
 * Returns the state after an answer: the same object if nothing has changed.
 *
 * @param state - the state before
 */
export function answered(state: TokenState, token: string | null, error: TokenError | null): TokenState {
  // The next rendering has the tokens of the present session.
  if (error?.code === 'SESSION_CHANGED') return loading(state);
  if (!state.isLoading && state.token === token && state.error === error) return state;
  const claims = state.token === token ? state.claims : claimsOf(token);
  return { ...state, token, claims, error, isLoading: false };
}

/** Returns the state of another session, whose token is not known yet. */
export function loading(state: TokenState): TokenState {
  if (state.isLoading) return state;
  return { ...state, token: null, claims: null, error: null, isLoading: true };
}

function claimsOf(token: string | null): TokenState['claims'] {
  try {
    return token === null ? null : decodeClaims<TokenState['claims']>(token);
  } catch {
    return null;
  }
}
