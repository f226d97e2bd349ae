import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useInsertionEffect,
  useMemo,
  useRef,
} from 'react';
import type { SessionTokenGetter, TokenSourceOptions } from '../client/token-source-options.ts';
import { pinSession } from './pinned-session.ts';
import type { SessionKnowledge } from './shared-token.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';
import { type ClerkAuth, useClerkCredentials } from './use-clerk-credentials.ts';

/** The options of `createTokenSource` without the template and the credentials. */
interface CommonProps extends Omit<TokenSourceOptions, 'template' | 'credentials'> {
  children?: ReactNode;
}

interface CredentialsProps extends CommonProps {
  /**
   * How requests are authenticated, as in `createTokenSource`. Render the provider again when the session changes: it then compares
   * `identity()`. Both functions should use the session that this rendering shows. The object may be a new one for each rendering.
   */
  credentials: TokenSourceOptions['credentials'];
}

/** The properties of `TokenProvider`: `credentials`, or `useAuth` of Clerk's React SDK. */
export type TokenProviderProps =
  | (CredentialsProps & { useAuth?: never })
  | (CommonProps & {
      /** The hook of Clerk's React SDK (`@clerk/react`, `@clerk/nextjs` and others). It must be the same one for all renderings. */
      useAuth: () => ClerkAuth;
      credentials?: never;
    });

/** The tokens of the nearest provider; null without one. */
export const TokenStoreContext = createContext<TokenStore | null>(null);

/**
 * Provides the tokens of the signed-in session to `useToken`. When the session or the organization changes, all tokens are dropped, in the
 * same rendering.
 *
 * @example
 * import { useAuth } from '@clerk/react';
 * <TokenProvider url="https://tokens.example.com/graphql" useAuth={useAuth}>...</TokenProvider>
 */
export function TokenProvider(props: TokenProviderProps): ReactElement {
  if (props.useAuth) return createElement(ClerkTokenProvider, props);
  const { useAuth: _none, ...others } = props;
  return createElement(SessionTokenProvider, { ...others, session: 'known' });
}

function ClerkTokenProvider({ useAuth, ...props }: CommonProps & { useAuth: () => ClerkAuth }): ReactElement {
  return createElement(SessionTokenProvider, { ...props, ...useClerkCredentials(useAuth) });
}

function SessionTokenProvider({
  children,
  session,
  ...options
}: CredentialsProps & { session: SessionKnowledge }): ReactElement {
  const store = useTokenStore(options, session);
  return createElement(TokenStoreContext.Provider, { value: store }, children);
}

type StoreOptions = Omit<TokenSourceOptions, 'template'>;

/** Returns the tokens of the present session: others after it has changed. */
function useTokenStore(options: StoreOptions, session: SessionKnowledge): TokenStore {
  const latest = useRef(options);
  // Before the effects of children, which may request tokens.
  useInsertionEffect(() => {
    latest.current = options;
  });
  const { url, credentials, requestTimeout, maxWait } = options;
  const identity = typeof credentials === 'string' ? credentials : credentials.identity?.();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the functions in the options are read when they are called
  return useMemo(
    () => createTokenStore(readingLatest(options, latest, session), session),
    [url, identity, session, requestTimeout, maxWait],
  );
}

/** Returns the options with functions that call those of the last rendering, which may be others each time, for the session of this one. */
function readingLatest(
  options: StoreOptions,
  latest: { readonly current: StoreOptions },
  session: SessionKnowledge,
): StoreOptions {
  const { credentials } = options;
  const present = () => latest.current.credentials as SessionTokenGetter;
  return {
    ...options,
    fetch: (...args) => (latest.current.fetch ?? fetch)(...args),
    ...(typeof credentials !== 'string' && {
      credentials: pinSession(credentials, present, session),
    }),
  };
}
