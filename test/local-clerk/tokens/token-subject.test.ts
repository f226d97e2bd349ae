import { beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../../src/local-clerk/instance.ts';
import { findTokenSubject } from '../../../src/local-clerk/tokens/token-subject.ts';
import { createTestInstance } from '../test-instance.ts';

let instance: Instance;
beforeEach(async () => {
  instance = await createTestInstance();
});

const status = (code: number) => expect.objectContaining({ name: 'ApiError', status: code });

describe('the subject of a token', () => {
  test('is the session with its user and its active organization', () => {
    const { session, user, active, status } = findTokenSubject(instance, 'sess_ada_acme', ['active']);
    expect([session.id, user.id, status]).toEqual(['sess_ada_acme', 'user_ada', 'active']);
    expect([active?.organization.id, active?.membership.role]).toEqual(['org_acme', 'org:admin']);
  });

  test('has no active organization in a session without one', () => {
    expect(findTokenSubject(instance, 'sess_ada', ['active']).active).toBeUndefined();
  });

  test('has no active organization after the membership was removed', () => {
    instance.store.memberships = [];
    expect(findTokenSubject(instance, 'sess_ada_acme', ['active']).active).toBeUndefined();
  });

  test('is not found for an unknown session, or a session without its user', () => {
    expect(() => findTokenSubject(instance, 'sess_none', ['active'])).toThrow(status(404));
    instance.store.users.clear();
    expect(() => findTokenSubject(instance, 'sess_ada', ['active'])).toThrow(status(404));
  });

  test('is refused for a session with another status than those that are allowed', () => {
    expect(() => findTokenSubject(instance, 'sess_grace_pending', ['active'])).toThrow(status(401));
    expect(findTokenSubject(instance, 'sess_grace_pending', ['active', 'pending']).status).toBe('pending');
  });

  test('is refused for a session that expired by the clock of the instance', () => {
    instance.clock.advance(7 * 86_400_000);
    expect(() => findTokenSubject(instance, 'sess_ada', ['active'])).toThrow(status(401));
  });
});
