import { describe, expect, test } from 'vitest';
import { requireSession } from '../../../src/local-clerk/store/lookups.ts';
import { statusOf } from '../../../src/local-clerk/store/store.ts';
import { loadTime, testStore } from '../test-instance.ts';

const day = 86_400_000;

describe('a store', () => {
  test('has entries by their ids', () => {
    const store = testStore();
    expect([...store.users.keys()]).toEqual(['user_ada', 'user_grace', 'user_support']);
    expect([...store.organizations.keys()]).toEqual(['org_acme', 'org_globex']);
    expect(store.memberships).toHaveLength(4);
    expect(store.sessions.get('sess_ada')?.user_id).toBe('user_ada');
    expect(store.templates.get('jtmp_hasura')?.name).toBe('hasura');
    expect(store.firebase?.serviceAccount).toContain('@');
    expect(store.warnings).toEqual([]);
  });

  test('revokes the sessions of users who are banned in the data', () => {
    const store = testStore({
      users: [{ id: 'user_x', banned: true }],
      sessions: [
        { id: 'sess_on', user_id: 'user_x' },
        { id: 'sess_ended', user_id: 'user_x', status: 'ended' },
      ],
    });
    expect([...store.sessions.values()].map(({ status }) => status)).toEqual(['revoked', 'ended']);
  });

  test('warns of a generated key', () => {
    const own = { name: 'own', custom_signing_key: true, signing_algorithm: 'ES256' };
    expect(testStore({ jwt_templates: [own] }).warnings).toEqual([expect.stringContaining('"own" (ES256)')]);
  });
});

describe('the status of a session', () => {
  const statusAfter = (ms: number, change: object = {}) => {
    const session = { id: 'sess_x', user_id: 'user_x', ...change };
    const store = testStore({ users: [{ id: 'user_x' }], sessions: [session] });
    return statusOf(store, requireSession(store, 'sess_x'), loadTime + ms);
  };

  test.each<[string, number, object]>([
    ['active', 0, {}],
    ['pending', 0, { status: 'pending' }],
    ['active', 7 * day - 1, {}],
    ['expired', 7 * day, {}],
    ['expired', 30 * day, {}],
    ['abandoned', 30 * day, { expire_at: loadTime + 99 * day }],
    ['expired', 7 * day, { status: 'pending' }],
    ['ended', 7 * day, { status: 'ended' }],
    ['expired', 0, { expire_at: 1 }],
    ['abandoned', 0, { abandon_at: 1 }],
  ])('is %s after %d ms for %j', (status, ms, change) => {
    expect(statusAfter(ms, change)).toBe(status);
  });

  test('is revoked while its user is banned', () => {
    const store = testStore({ users: [{ id: 'user_x' }], sessions: [{ id: 'sess_x', user_id: 'user_x' }] });
    const user = store.users.get('user_x');
    if (user) user.banned = true;
    expect(statusOf(store, requireSession(store, 'sess_x'), loadTime)).toBe('revoked');
  });
});
