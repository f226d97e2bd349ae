import { useContext, useSyncExternalStore } from 'react';
import type { TemplateName } from '../client/register.ts';
import { TokenStoreContext } from './token-provider.ts';
import type { TokenState } from './token-state.ts';

/**
 * Returns the token of a template for the signed-in session, and renders the component again when it changes. Components that use the same
 * template share one request. While a component uses the token, it is renewed before it expires. On a server, the token is loading.
 *
 * @throws Error without a `TokenProvider` above the component
 *
 * @example
 * const { token, claims, error, isLoading } = useToken('hasura');
 */
export function useToken<Name extends TemplateName>(template: Name): TokenState<Name> {
  const store = useContext(TokenStoreContext);
  if (!store)
    throw new Error('useToken: there is no TokenProvider above this component: render one around it');
  const { subscribe, getState, getFirstState } = store(template);
  return useSyncExternalStore(subscribe, getState, getFirstState) as TokenState<Name>;
}
