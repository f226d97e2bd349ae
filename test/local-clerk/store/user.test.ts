import { describe, expect, test } from 'vitest';
import { userSchema } from '../../../src/local-clerk/data/user-schema.ts';
import { toUser } from '../../../src/local-clerk/store/user.ts';

const user = (change: object = {}, index = 0) => toUser(userSchema.parse({ id: 'user_x', ...change }), index);

describe('the names of a user', () => {
  test.each<[object, string | null, string | null]>([
    [{}, null, null],
    [{ name: 'Kim' }, 'Kim', null],
    [{ name: ' Mary  Ann Evans ' }, 'Mary', 'Ann Evans'],
    [{ name: 'Mary Ann Evans', first_name: 'George' }, 'George', 'Ann Evans'],
    [{ name: 'Mary Evans', last_name: 'Eliot' }, 'Mary', 'Eliot'],
  ])('of %j are %s and %s', (change, first_name, last_name) => {
    expect(user(change)).toMatchObject({ first_name, last_name });
    expect(user(change)).not.toHaveProperty('name');
  });
});

describe('the contacts of a user', () => {
  test('get ids, and the first one is primary', () => {
    const { email_addresses, primary_email_address_id, phone_numbers, primary_phone_number_id } = user({
      email_addresses: ['a@example.com', { id: 'idn_own', email_address: 'b@example.com' }],
      phone_numbers: ['+1'],
    });
    expect(email_addresses.map(({ id }) => id)).toEqual(['idn_x_email_1', 'idn_own']);
    expect(phone_numbers.map(({ id }) => id)).toEqual(['idn_x_phone_1']);
    expect([primary_email_address_id, primary_phone_number_id]).toEqual(['idn_x_email_1', 'idn_x_phone_1']);
  });

  test('begin with the address of the short form, which is verified', () => {
    const { email_addresses } = user({ email_address: 'a@example.com', email_addresses: ['b@example.com'] });
    expect(email_addresses.map(({ email_address }) => email_address)).toEqual([
      'a@example.com',
      'b@example.com',
    ]);
    expect(email_addresses[0]?.verification).toEqual({ status: 'verified' });
  });

  test('have no primary one when the data have null, or when there are no contacts', () => {
    const explicit = user({ email_addresses: ['a@example.com'], primary_email_address_id: null });
    expect(explicit.primary_email_address_id).toBeNull();
    expect(user().primary_email_address_id).toBeNull();
  });
});

test('a user without dates is created in the order of the data', () => {
  expect(user({}, 1).created_at - user({}, 0).created_at).toBe(1000);
  expect(user({ created_at: 5 })).toMatchObject({ created_at: 5, updated_at: 5 });
  expect(user({ created_at: 5, updated_at: 6 })).toMatchObject({ created_at: 5, updated_at: 6 });
});
