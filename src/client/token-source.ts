import { answerCall, type Call } from './answer-call.ts';
import { decodeClaims } from './decode-claims.ts';
import type { ClaimsOf, TemplateName } from './register.ts';
import { createSourceState, disposeState, nextNumber, planRenewal } from './source-state.ts';
import { asTokenError, TokenError } from './token-error.ts';
import {
  checkOptions,
  type GetTokenOptions,
  type TokenSource,
  type TokenSourceOptions,
} from './token-source-options.ts';

/**
 * Creates a source of tokens of one template. It holds a token, shares one request among concurrent calls, renews the token in the
 * background, and drops it when the signed-in session changes.
 *
 * @param options - see `TokenSourceOptions`; `url`, `template` and `credentials` are required
 * @throws TypeError for a missing or unknown option
 *
 * @example
 * const source = createTokenSource({ url: 'https://tokens.example.com/graphql', template: 'hasura',
 *   credentials: { getToken: (options) => clerk.session?.getToken(options),
 *     identity: () => clerk.session && `${clerk.session.id} ${clerk.session.lastActiveOrganizationId}` } });
 * const token = await source.getToken();
 */
export function createTokenSource<Name extends TemplateName>(
  options: TokenSourceOptions<Name>,
): TokenSource<Name> {
  checkOptions(options);
  const { maxWait = 10_000 } = options;
  /** Ends each waiting call with a reason. */
  const waiting = new Set<(reason: unknown) => void>();
  const plan = () => planRenewal(state);
  const state = createSourceState(options, () => {
    startCall({ mode: 'cached', background: true }).then(plan, plan);
  });

  function startCall(kind: Pick<Call, 'mode' | 'background'>, signal?: AbortSignal): Promise<string | null> {
    return new Promise((resolve, reject) => {
      if (state.disposed) throw disposedError();
      if (signal?.aborted) throw abortReason(signal);
      const call: Call = { number: nextNumber(state), ...kind };
      const settle = () => {
        call.settled = true;
        clearTimeout(call.timer);
        waiting.delete(stop);
        signal?.removeEventListener('abort', onAbort);
      };
      const stop = (reason: unknown) => {
        settle();
        reject(reason);
      };
      const onAbort = () => stop(abortReason(signal));
      waiting.add(stop);
      signal?.addEventListener('abort', onAbort);
      answerCall(state, call, maxWait)
        .finally(settle)
        .then(resolve, (error) => reject(asTokenError(error)));
    });
  }

  const getToken = ({ forceRefresh, signal }: GetTokenOptions = {}) =>
    startCall({ mode: forceRefresh ? 'force' : 'cached', background: false }, signal);

  return {
    getToken,
    async getClaims(options) {
      const jwt = await getToken(options);
      return jwt === null ? null : decodeClaims<ClaimsOf<Name>>(jwt);
    },
    subscribe(listener) {
      if (state.disposed) return () => {};
      const unsubscribe = state.listeners.add(listener);
      plan();
      return unsubscribe;
    },
    dispose() {
      disposeState(state);
      for (const stop of [...waiting]) stop(disposedError());
    },
  };
}

const disposedError = () => new TokenError('DISPOSED', 'The token source has been disposed.');

// Abort signals of React Native have no reason.
function abortReason(signal?: AbortSignal): unknown {
  return signal?.reason ?? new TokenError('ABORTED', 'The call was aborted.');
}
