import { describe, expect, test } from 'vitest';
import { TokenError } from '../../src/client/index.ts';
import { answered, loading, type TokenState } from '../../src/react/token-state.ts';
import { sessionToken } from '../client/fake-gateway.ts';

const first: TokenState = {
  ...{ token: null, claims: null, error: null, isLoading: true },
  getToken: async () => null,
  refresh: async () => {},
};

describe('answered', () => {
  test('decodes the claims of a new token, and keeps those of the same one', () => {
    const jwt = sessionToken({ role: 'owner' });
    const one = answered(first, jwt, null);
    expect(one).toMatchObject({ token: jwt, claims: { role: 'owner' }, error: null, isLoading: false });
    const other = answered(one, jwt, new TokenError('RATE_LIMITED', 'text'));
    expect(other.claims).toBe(one.claims);
    expect(answered(other, null, null)).toMatchObject({ token: null, claims: null, error: null });
  });

  test('has no claims for a token that is not a JWT', () => {
    expect(answered(first, 'opaque', null)).toMatchObject({ token: 'opaque', claims: null, error: null });
  });

  test('is loading after a change of the session, whose tokens the next rendering has', () => {
    const shown = answered(first, sessionToken(), null);
    expect(answered(shown, null, new TokenError('SESSION_CHANGED', 'text'))).toEqual(first);
  });

  test('returns the same state when nothing has changed', () => {
    const error = new TokenError('FORBIDDEN', 'text');
    const state = answered(first, null, error);
    expect(state).not.toBe(first);
    expect(answered(state, null, error)).toBe(state);
    expect(answered(first, null, null)).not.toBe(first);
  });
});

test('loading drops token, claims and error, and keeps the functions and a state that is already loading', () => {
  expect(loading(first)).toBe(first);
  const held = answered(first, sessionToken(), new TokenError('RATE_LIMITED', 'text'));
  expect(loading(held)).toEqual(first);
});
