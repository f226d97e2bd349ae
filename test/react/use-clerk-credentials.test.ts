import type { UseAuthReturn } from '@clerk/shared/types';
import { expect, expectTypeOf, test, vi } from 'vitest';
import { type ClerkAuth, useClerkCredentials } from '../../src/react/use-clerk-credentials.ts';
import { sessionToken } from '../client/fake-gateway.ts';

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

/** Reads the session token of a session of `useAuth`, at an SDK whose live session has these claims. */
function readAt(claims: Record<string, unknown>, { orgId = null as string | null } = {}) {
  const live = vi.fn(async (_options?: { skipCache?: boolean }) => sessionToken(claims));
  const auth = { isLoaded: true, sessionId: 'sess_ada', orgId, getToken: live };
  const reading = useClerkCredentials(() => auth).credentials.getToken({ skipCache: false });
  return { live, reading };
}

test.each([
  ['without an organization', {}, {}],
  ['with the organization of version 1', { org_id: 'org_acme' }, { orgId: 'org_acme' }],
  ['with the organization of version 2', { v: 2, o: { id: 'org_acme' } }, { orgId: 'org_acme' }],
])('a session token of the rendered session is returned, %s', async (_what, claims, auth) => {
  const { live, reading } = readAt(claims, auth);
  expect(await reading).toBe(await live.mock.results[0]?.value);
  expect(live).toHaveBeenCalledTimes(1);
});

test.each([
  ['session', { sid: 'sess_grace' }, {}],
  ['organization (version 1)', { org_id: 'org_globex' }, { orgId: 'org_acme' }],
  ['organization (version 2)', { v: 2, o: { id: 'org_globex' } }, { orgId: 'org_acme' }],
  ['organization: none', { v: 2 }, { orgId: 'org_acme' }],
  ['organization: one instead of none', { v: 2, o: { id: 'org_acme' } }, {}],
])('a session token of another %s is refused, also past the cache of Clerk', async (_what, claims, auth) => {
  const { live, reading } = readAt(claims, auth);
  await expect(reading).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
  expect(live.mock.calls).toEqual([[{ skipCache: false }], [{ skipCache: true }]]);
});

test('a cached session token of the previous organization is read again past the cache', async () => {
  const live = vi.fn(async ({ skipCache = false } = {}) =>
    sessionToken({ v: 2, o: { id: skipCache ? 'org_acme' : 'org_globex' } }),
  );
  const auth = { isLoaded: true, sessionId: 'sess_ada', orgId: 'org_acme', getToken: live };
  const token = await useClerkCredentials(() => auth).credentials.getToken({ skipCache: false });
  expect(token).toBe(await live.mock.results[1]?.value);
});
