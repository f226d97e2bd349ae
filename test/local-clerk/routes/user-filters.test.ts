import { describe, expect, test } from 'vitest';
import {
  isWithin,
  matchesUser,
  userFilters,
  userSortValue,
} from '../../../src/local-clerk/routes/user-filters.ts';
import { requireUser } from '../../../src/local-clerk/store/lookups.ts';
import { testStore } from '../test-instance.ts';

const user = requireUser(
  testStore({
    users: [
      {
        id: 'user_x',
        name: 'Mary Ann Evans',
        username: 'George',
        email_addresses: ['mary@example.com', 'ann@example.com'],
        phone_numbers: ['+15555550100'],
        created_at: 1000,
      },
    ],
  }),
  'user_x',
);

describe('a user', () => {
  test.each<[object, boolean]>([
    [{}, true],
    [{ user_id: ['user_x'] }, true],
    [{ user_id: ['-user_x'] }, false],
    [{ email_address: ['ann@example.com', 'other@example.com'] }, true],
    [{ email_address: ['ANN@example.com'] }, false],
    [{ phone_number: [] }, true],
    [{ phone_number: ['+1'] }, false],
    [{ username: ['George'] }, true],
    [{ web3_wallet: ['0x0'] }, false],
    [{ query: 'ann ev' }, true],
    [{ query: 'USER_X' }, true],
    [{ query: '555501' }, true],
    [{ query: 'other' }, false],
    [{ email_address_query: 'MARY@' }, true],
    [{ phone_number_query: 'mary' }, false],
    [{ username_query: 'geo' }, true],
    [{ name_query: 'Evans' }, true],
    [{ name_query: 'George' }, false],
    [{ created_at_after: '999', created_at_before: '1001' }, true],
    [{ created_at_after: '1000' }, false],
    [{ last_active_at_after: '0' }, false],
    [{ user_id: ['user_x'], username: ['other'] }, false],
  ])('passes the filters %j: %s', (query, expected) => {
    expect(matchesUser(user, userFilters.parse(query))).toBe(expected);
  });
});

test.each<[number | null, number | undefined, number | undefined, boolean]>([
  [null, undefined, undefined, true],
  [null, 0, undefined, false],
  [5, 4, 6, true],
  [5, 5, undefined, false],
  [5, undefined, 5, false],
])('the time %s after %s and before %s is within: %s', (time, after, before, expected) => {
  expect(isWithin(time, after, before)).toBe(expected);
});

test('users are sorted by their first contact or by a field', () => {
  expect(userSortValue(user, 'email_address')).toBe('mary@example.com');
  expect(userSortValue(user, 'phone_number')).toBe('+15555550100');
  expect(userSortValue(user, 'first_name')).toBe('Mary');
  expect(userSortValue(user, 'web3wallet')).toBeUndefined();
});
