import { describe, expect, test } from 'vitest';
import { revocationsOf } from '../../src/revocation/webhook-event.ts';

const now = 1_772_366_400;

describe('an event of Clerk', () => {
  test.each(['session.ended', 'session.removed', 'session.revoked'])('%s refuses the session', (type) => {
    expect(revocationsOf({ type, data: { id: 'sess_ada' } }, now)).toEqual([
      { effect: 'refuse', target: 'session', id: 'sess_ada', at: now },
    ]);
  });

  test.each<[string, object, object]>([
    ['session.pending', { id: 'sess_ada' }, { effect: 'drop', target: 'session', id: 'sess_ada' }],
    ['user.deleted', { id: 'user_ada' }, { effect: 'refuse', target: 'user', id: 'user_ada' }],
    ['user.updated', { id: 'user_ada', banned: true }, { effect: 'refuse', target: 'user', id: 'user_ada' }],
    ['user.updated', { id: 'user_ada', banned: false }, { effect: 'drop', target: 'user', id: 'user_ada' }],
    [
      'organizationMembership.created',
      { id: 'orgmem_1', public_user_data: { user_id: 'user_ada' } },
      { effect: 'drop', target: 'user', id: 'user_ada' },
    ],
    ['organization.updated', { id: 'org_a' }, { effect: 'drop', target: 'organization', id: 'org_a' }],
    ['organization.deleted', { id: 'org_a' }, { effect: 'drop', target: 'organization', id: 'org_a' }],
  ])('%s with %o', (type, data, revocation) => {
    expect(revocationsOf({ type, data }, now)).toEqual([{ ...revocation, at: now }]);
  });

  test.each(['session.created', 'email.created', '', '__proto__'])('%j revokes nothing', (type) => {
    expect(revocationsOf({ type, data: { id: 'sess_ada' } }, now)).toEqual([]);
  });

  test.each([undefined, null, '', 7, ['sess_ada'], { id: 'sess_ada' }])(
    'with the malformed id %j revokes nothing',
    (id) => {
      expect(revocationsOf({ type: 'session.revoked', data: { id } }, now)).toEqual([]);
    },
  );
});

test.each<[string, unknown, unknown, number]>([
  ['its timestamp in milliseconds', 1_716_883_200_000, 1, 1_716_883_200],
  ['its timestamp in seconds', 1_716_883_200, 1, 1_716_883_200],
  ['updated_at, when the timestamp is malformed', '1716883200000', 1_716_883_200_000, 1_716_883_200],
  ['updated_at, when the timestamp is negative', -1, 1_716_883_200_000, 1_716_883_200],
  ['now, when neither is valid', Number.NaN, null, now],
])('the moment of an event is %s', (_source, timestamp, updated_at, at) => {
  const event = { type: 'user.deleted', data: { id: 'user_ada', updated_at }, timestamp };
  expect(revocationsOf(event, now)).toEqual([expect.objectContaining({ at })]);
});
