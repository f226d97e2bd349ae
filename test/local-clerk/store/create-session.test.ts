import { describe, expect, test } from 'vitest';
import { createSession, type NewSession } from '../../../src/local-clerk/store/create-session.ts';
import { loadTime, testStore } from '../test-instance.ts';

const day = 86_400_000;

describe('a new session', () => {
  test('is active, without organization and actor, and in the store', () => {
    const store = testStore();
    const session = createSession(store, loadTime, { userId: 'user_ada' });
    expect(session).toMatchObject({
      id: expect.stringMatching(/^sess_\w{27}$/),
      user_id: 'user_ada',
      status: 'active',
      last_active_organization_id: null,
      actor: null,
      created_at: loadTime,
      expire_at: loadTime + 7 * day,
    });
    expect(store.sessions.get(session.id)).toBe(session);
  });

  test('has the organization, the status and the actor of the caller', () => {
    const newSession: NewSession = {
      userId: 'user_grace',
      organizationId: 'org_acme',
      status: 'pending',
      actor: { sub: 'user_support' },
    };
    expect(createSession(testStore(), loadTime, newSession)).toMatchObject({
      last_active_organization_id: 'org_acme',
      status: 'pending',
      actor: { sub: 'user_support' },
    });
  });

  test.each<[string, NewSession]>([
    ['no user "user_none"', { userId: 'user_none' }],
    ['no membership of user "user_support"', { userId: 'user_support', organizationId: 'org_acme' }],
    ['cannot use session.status: ', { userId: 'user_ada', status: 'asleep' as 'ended' }],
    ['cannot use session.actor.sub: ', { userId: 'user_ada', actor: {} as { sub: string } }],
  ])('is refused and not stored: %s', (message, newSession) => {
    const store = testStore();
    expect(() => createSession(store, loadTime, newSession)).toThrow(message);
    expect(store.sessions.size).toBe(7);
  });
});
