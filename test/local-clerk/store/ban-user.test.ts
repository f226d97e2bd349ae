import { expect, test } from 'vitest';
import { banUser, unbanUser } from '../../../src/local-clerk/store/ban-user.ts';
import { requireUser } from '../../../src/local-clerk/store/lookups.ts';
import { loadTime, testStore } from '../test-instance.ts';

const now = loadTime + 5_000;

test('a ban revokes the active and the pending sessions of the user, and no other', () => {
  const store = testStore();
  const grace = requireUser(store, 'user_grace');
  banUser(store, grace, now);
  expect(grace).toMatchObject({ banned: true, updated_at: now });
  const status = (id: string) => store.sessions.get(id)?.status;
  expect([status('sess_grace_acme'), status('sess_grace_pending')]).toEqual(['revoked', 'revoked']);
  expect(status('sess_ada')).toBe('active');
});

test('a ban leaves ended sessions as they are', () => {
  const store = testStore();
  const before = store.sessions.get('sess_grace_revoked')?.updated_at;
  banUser(store, requireUser(store, 'user_grace'), now);
  expect(store.sessions.get('sess_grace_revoked')?.updated_at).toBe(before);
});

test('revoked sessions stay revoked when the ban is lifted', () => {
  const store = testStore();
  const ada = requireUser(store, 'user_ada');
  banUser(store, ada, now);
  unbanUser(ada, now + 1);
  expect(ada).toMatchObject({ banned: false, updated_at: now + 1 });
  expect(store.sessions.get('sess_ada')?.status).toBe('revoked');
});
