import { describe, expect, test } from 'vitest';
import {
  sessionSchema,
  sessionStatus,
  sessionStatuses,
} from '../../../src/local-clerk/data/session-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const session = { id: 'sess_x', user_id: 'user_x' };

describe('a session', () => {
  test('needs only an id and a user', () => {
    expect(sessionSchema.parse(session)).toEqual({
      ...session,
      status: 'active',
      actor: null,
      last_active_organization_id: null,
      factor_verification_age: [0, -1],
      label: '',
    });
  });

  test.each(sessionStatuses)('may be %s', (status) => {
    expect(sessionStatus.parse(status)).toBe(status);
  });

  test('keeps all fields of its actor', () => {
    const actor = { sub: 'user_support', reason: 'ticket' };
    expect(sessionSchema.parse({ ...session, actor }).actor).toBe(actor);
  });

  test.each<[string, object]>([
    ['status: Invalid option', { status: 'on' }],
    ['actor: expected an object', { actor: 'user_support' }],
    ['actor.sub: expected the id of a user', { actor: {} }],
    ['expire_at: ', { expire_at: 0.5 }],
    ['factor_verification_age[1]: ', { factor_verification_age: [0, -2] }],
    ['user_id: ', { user_id: undefined }],
  ])('is refused: %s', (problem, change) => {
    expect(schemaProblems(sessionSchema, { ...session, ...change })).toContainEqual(
      expect.stringContaining(problem),
    );
  });
});
