import { describe, expect, test } from 'vitest';
import { sessionSchema, sessionStatuses } from '../../../src/local-clerk/data/session-schema.ts';
import { isSignedIn, toSession } from '../../../src/local-clerk/store/session.ts';

const day = 86_400_000;
const session = (change: object = {}) =>
  toSession(sessionSchema.parse({ id: 'sess_x', user_id: 'user_x', ...change }), 0, 1_000);

describe('a session without dates', () => {
  test('begins now, expires after 7 days and is abandoned after 30', () => {
    expect(session()).toMatchObject({
      last_active_at: 1_000,
      expire_at: 1_000 + 7 * day,
      abandon_at: 1_000 + 30 * day,
      factors_at: 1_000,
    });
  });

  test('keeps the dates that the data have', () => {
    const dates = { created_at: 1, updated_at: 2, last_active_at: 3, expire_at: 4, abandon_at: 5 };
    expect(session(dates)).toMatchObject(dates);
  });
});

test.each([
  [{}, 'client_x'],
  [{ id: 'other' }, 'client_other'],
  [{ client_id: 'client_1' }, 'client_1'],
])('the client of %j is %s', (change, client) => {
  expect(session(change).client_id).toBe(client);
});

test.each(sessionStatuses)('a session that is %s is signed in only when active or pending', (status) => {
  expect(isSignedIn({ status })).toBe(status === 'active' || status === 'pending');
});
