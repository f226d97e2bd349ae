import { expect, test } from 'vitest';
import { serializeSession } from '../../../src/local-clerk/serializers/session.ts';
import { requireSession } from '../../../src/local-clerk/store/lookups.ts';
import { loadTime, testStore } from '../test-instance.ts';

const day = 86_400_000;
const serialized = (id: string, now = loadTime) => {
  const store = testStore();
  return serializeSession(store, requireSession(store, id), now);
};

test('a session is shown without its label and its factor ages', () => {
  expect(serialized('sess_ada_acme')).toEqual({
    object: 'session',
    id: 'sess_ada_acme',
    client_id: 'client_ada_acme',
    user_id: 'user_ada',
    status: 'active',
    last_active_organization_id: 'org_acme',
    actor: null,
    latest_activity: null,
    last_active_at: loadTime,
    expire_at: loadTime + 7 * day,
    abandon_at: loadTime + 30 * day,
    created_at: 1_704_067_201_000,
    updated_at: 1_704_067_201_000,
    tasks: null,
  });
});

test('a pending session has a task', () => {
  expect(serialized('sess_grace_pending')).toMatchObject({
    status: 'pending',
    tasks: [{ key: 'choose-organization' }],
  });
});

test('the status is that of now', () => {
  expect(serialized('sess_grace_pending', loadTime + 7 * day)).toMatchObject({
    status: 'expired',
    tasks: null,
  });
});
