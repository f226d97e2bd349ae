import type { UseAuthReturn } from '@clerk/shared/types';
import { expect, expectTypeOf, test, vi } from 'vitest';
import { type ClerkAuth, useClerkCredentials } from '../../src/react/use-clerk-credentials.ts';

const getToken = vi.fn(async () => 'session token');

test('the hook of Clerk has the type of the hook that is expected', () => {
  expectTypeOf<UseAuthReturn>().toExtend<ClerkAuth>();
});

test.each([
  ['is awaited before Clerk has loaded', { isLoaded: false }, null, 'awaited'],
  ['is none after a sign-out', { isLoaded: true, sessionId: null, orgId: null }, null, 'known'],
  ['is named', { isLoaded: true, sessionId: 'sess_ada', orgId: null }, 'sess_ada null', 'known'],
  [
    'is named with its organization',
    { isLoaded: true, sessionId: 'sess_ada', orgId: 'org_acme' },
    'sess_ada org_acme',
    'known',
  ],
])('the session %s', (_what, auth, identity, session) => {
  const result = useClerkCredentials(() => ({ sessionId: undefined, orgId: undefined, getToken, ...auth }));
  expect(result.session).toBe(session);
  expect(result.credentials.identity?.()).toBe(identity);
});

test('the session token is read with skipCache', async () => {
  const auth = { isLoaded: true, sessionId: 'sess_ada', orgId: null, getToken };
  const { credentials } = useClerkCredentials(() => auth);
  expect(await credentials.getToken({ skipCache: true })).toBe('session token');
  expect(getToken).toHaveBeenLastCalledWith({ skipCache: true });
});

test('a session that counts as signed out has no session token, and one that is awaited has', async () => {
  const signedOut = useClerkCredentials(() => ({ isLoaded: true, sessionId: null, orgId: null, getToken }));
  expect(await signedOut.credentials.getToken({ skipCache: false })).toBeNull();
  const awaited = { isLoaded: false, sessionId: undefined, orgId: undefined, getToken };
  const { credentials } = useClerkCredentials(() => awaited);
  expect(await credentials.getToken({ skipCache: false })).toBe('session token');
});
