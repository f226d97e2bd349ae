import type { TokenError } from '../client/token-error.ts';
import type { GetTokenOptions, TokenSource } from '../client/token-source-options.ts';
import { answered, loading, type TokenState } from './token-state.ts';

/** The token of one template, which all components of a provider share. It has a source while a component uses it. */
export interface SharedToken {
  /** Calls a function after each change of the state. @returns a function that ends it */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getState: () => TokenState;
  /** Returns the state before the first answer, which is that of the server. */
  readonly getFirstState: () => TokenState;
}

interface Shared {
  readonly session: SessionKnowledge;
  readonly createSource: () => TokenSource;
  readonly listeners: Set<() => void>;
  /** Calls of `getToken` and `refresh` that wait. */
  calls: number;
  source: TokenSource | undefined;
  state: TokenState;
}

/** Whether the session is known, so that tokens can be requested. */
export type SessionKnowledge = 'known' | 'awaited';

/**
 * Creates the shared token of a template. Nothing happens before the first `subscribe`, so that a rendering may be discarded.
 *
 * @param createSource - creates the source of the token
 */
export function shareToken(createSource: () => TokenSource, session: SessionKnowledge): SharedToken {
  const shared: Shared = {
    session,
    createSource,
    listeners: new Set(),
    calls: 0,
    source: undefined,
    state: {
      ...{ token: null, claims: null, error: null, isLoading: true },
      getToken: (options) => withSource(shared, (source) => source.getToken(options)),
      async refresh() {
        if (session !== 'known') return;
        if (shared.state.token === null) show(shared, loading(shared.state));
        await withSource(shared, (source) => request(shared, source, { forceRefresh: true }));
      },
    },
  };
  const first = shared.state;
  return {
    subscribe(onChange) {
      const source = session === 'known' ? openSource(shared) : undefined;
      shared.listeners.add(onChange);
      // The first component requests the token for all.
      if (source && shared.listeners.size === 1) void request(shared, source);
      return () => {
        shared.listeners.delete(onChange);
        closeIfUnused(shared);
      };
    },
    getState: () => shared.state,
    getFirstState: () => first,
  };
}

/** Makes a call with the source, which stays open until the call has ended. */
async function withSource<T>(shared: Shared, call: (source: TokenSource) => Promise<T>): Promise<T> {
  const source = openSource(shared);
  shared.calls += 1;
  try {
    return await call(source);
  } finally {
    shared.calls -= 1;
    closeIfUnused(shared);
  }
}

/** Requests a token, and shows the answer. Never rejects. */
async function request(shared: Shared, source: TokenSource, options?: GetTokenOptions): Promise<void> {
  let { token } = shared.state;
  let error: TokenError | null = null;
  try {
    token = await source.getToken(options);
  } catch (reason) {
    error = reason as TokenError;
    token = shared.state.token;
  }
  // The answer of a disposed source belongs to another session, or to no component.
  if (shared.source === source) show(shared, answered(shared.state, token, error));
}

function openSource(shared: Shared): TokenSource {
  if (shared.source) return shared.source;
  const source = shared.createSource();
  shared.source = source;
  // Before the session is known, its token goes to the caller of `getToken` only.
  if (shared.session === 'awaited') return source;
  source.subscribe(({ token, error }) => {
    if (token !== null || error) return show(shared, answered(shared.state, token, error));
    // Another session is signed in, or none.
    show(shared, loading(shared.state));
    void request(shared, source);
  });
  return source;
}

/** Disposes of the source after the present task, unless a component or a call uses it then: Strict Mode and a move mount again at once. */
function closeIfUnused(shared: Shared): void {
  setTimeout(() => {
    if (shared.listeners.size > 0 || shared.calls > 0) return;
    shared.source?.dispose();
    shared.source = undefined;
    shared.state = loading(shared.state);
  });
}

function show(shared: Shared, state: TokenState): void {
  if (state === shared.state) return;
  shared.state = state;
  for (const notify of shared.listeners) notify();
}
