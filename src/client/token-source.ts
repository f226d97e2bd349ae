import { answerCall, type Call } from './answer-call.ts';
import { createCurrentToken } from './current-token.ts';
import { createListeners } from './listeners.ts';
import { asTokenError, TokenError } from './token-error.ts';
import { checkOptions, type TokenSource, type TokenSourceOptions } from './token-source-options.ts';

/**
 * Keeps a token of one template fresh: held until it is nearly over, got once for all who ask at the same time, renewed behind them, dropped
 * when another session, or nobody, is signed in.
 *
 * @param options - see `TokenSourceOptions`; only `url`, `template` and `credentials` have no default
 * @throws TypeError when one of these is missing, or another is misspelt
 *
 * @example
 * const source = createTokenSource({ url: 'https://tokens.example.com/graphql', template: 'hasura',
 *   credentials: { getToken: (options) => clerk.session?.getToken(options),
 *     identity: () => clerk.session && `${clerk.session.id} ${clerk.session.lastActiveOrganizationId}` } });
 * const token = await source.getToken();
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  checkOptions(options);
  const { maxWait = 10_000 } = options;
  const listeners = createListeners();
  const waiting = new Set<(reason: unknown) => void>();
  let disposed = false;
  const current = createCurrentToken(options, listeners, () => {
    start(false, true).then(current.plan, current.plan);
  });

  /** Makes a call. It ends at once when the signal or the end of the source says so. */
  function start(forced: boolean, behind: boolean, signal?: AbortSignal): Promise<string | null> {
    return new Promise((resolve, reject) => {
      if (disposed) throw disposedError();
      if (signal?.aborted) throw abortReason(signal);
      const call: Call = { number: current.nextNumber(), forced, behind };
      const settle = () => {
        call.over = true;
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
      answerCall(current, call, maxWait)
        .finally(settle)
        .then(resolve, (error) => reject(asTokenError(error)));
    });
  }

  return {
    getToken: ({ forceRefresh = false, signal } = {}) => start(forceRefresh, false, signal),
    subscribe(listener) {
      if (disposed) return () => {};
      const unsubscribe = listeners.add(listener);
      current.plan();
      return unsubscribe;
    },
    dispose() {
      disposed = true;
      listeners.clear();
      current.end();
      for (const stop of [...waiting]) stop(disposedError());
    },
  };
}

const disposedError = () => new TokenError('DISPOSED', 'The token source is disposed of.');

// React Native's signals know no reason.
function abortReason(signal?: AbortSignal): unknown {
  return signal?.reason ?? new TokenError('ABORTED', 'The call was aborted.');
}
