import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { TokenProvider, type TokenProviderProps, useToken } from '../../src/react/index.ts';
import { fakeClerk, fakeGateway } from '../client/fake-gateway.ts';

function Shown() {
  const { token, claims, error, isLoading } = useToken('hasura');
  return JSON.stringify({ token, claims, error, isLoading });
}

/** Renders a provider with a component as a server does. */
function render(props: Omit<TokenProviderProps, 'url' | 'fetch'>) {
  const gateway = fakeGateway();
  const all = { url: gateway.url, fetch: gateway.fetch, ...props } as TokenProviderProps;
  const html = renderToString(createElement(TokenProvider, all, createElement(Shown)));
  return { gateway, html: html.replaceAll('&quot;', '"') };
}

// The tests in a browser are in examples/clients, with both supported versions of React.
describe('TokenProvider, on a server', () => {
  const loading = '{"token":null,"claims":null,"error":null,"isLoading":true}';

  test('renders a token that is loading, without a request and without a read of the session', async () => {
    const clerk = fakeClerk();
    const { html, gateway } = render({ credentials: clerk });
    expect(html).toBe(loading);
    await new Promise(setImmediate);
    expect([gateway.requests, clerk.reads]).toEqual([[], []]);
  });

  test('renders the same with cookies, before Clerk has loaded, and when no session is signed in', () => {
    const getToken = vi.fn();
    expect(render({ credentials: 'include' }).html).toBe(loading);
    for (const auth of [
      { isLoaded: false, sessionId: undefined, orgId: undefined },
      { isLoaded: true, sessionId: null, orgId: null },
    ])
      expect(render({ useAuth: () => ({ ...auth, getToken }) }).html).toBe(loading);
    expect(getToken).not.toHaveBeenCalled();
  });

  test('takes credentials or useAuth, and not both', () => {
    const url = '/graphql';
    const useAuth = () => ({ isLoaded: true, sessionId: null, orgId: null, getToken: async () => null });
    expectTypeOf({ url, credentials: 'include' as const }).toExtend<TokenProviderProps>();
    expectTypeOf({ url, useAuth }).toExtend<TokenProviderProps>();
    expectTypeOf({ url }).not.toExtend<TokenProviderProps>();
    expectTypeOf({ url, useAuth, credentials: 'include' as const }).not.toExtend<TokenProviderProps>();
  });
});
