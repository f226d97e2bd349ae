import { describe, expect, test } from 'vitest';
import { userSchema } from '../../../src/local-clerk/data/user-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const id = 'user_x';

describe('a user', () => {
  test('needs only an id', () => {
    expect(userSchema.parse({ id })).toMatchObject({
      id,
      first_name: null,
      email_addresses: [],
      phone_numbers: [],
      public_metadata: {},
      banned: false,
      plans: ['free_user'],
      features: [],
    });
  });

  test('has verified contacts where the data have plain text', () => {
    const verification = { status: 'verified' };
    const user = userSchema.parse({ id, email_addresses: ['a@example.com'], phone_numbers: ['+1'] });
    expect(user.email_addresses).toEqual([{ email_address: 'a@example.com', verification }]);
    expect(user.phone_numbers).toEqual([{ phone_number: '+1', verification }]);
  });

  test('may have a contact without a verification, and null where Clerk’s API has it', () => {
    const contact = { email_address: 'a@example.com', verification: null };
    const data = { id, email_addresses: [contact], primary_email_address_id: null, public_metadata: null };
    expect(userSchema.parse(data)).toMatchObject({ ...data, public_metadata: {} });
  });

  test('drops fields that the schema does not have', () => {
    expect(userSchema.parse({ id, object: 'user' })).not.toHaveProperty('object');
  });

  test.each<[string, object]>([
    ['id: expected 1 to 100 letters', { id: 'a/b' }],
    ['first_name: Invalid input: expected string', { first_name: 5 }],
    ['public_metadata: expected an object', { public_metadata: [] }],
    ['plans[0]: expected a slug', { plans: ['a,b'] }],
    ['email_addresses[0]: Invalid input: expected object', { email_addresses: [5] }],
    [
      'phone_numbers[0].verification.status: Invalid option',
      { phone_numbers: [{ phone_number: '1', verification: { status: 'bogus' } }] },
    ],
  ])('is refused: %s', (problem, change) => {
    expect(schemaProblems(userSchema, { id, ...change })).toEqual([expect.stringContaining(problem)]);
  });
});
