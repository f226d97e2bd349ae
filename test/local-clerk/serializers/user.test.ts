import { describe, expect, test } from 'vitest';
import { userSchema } from '../../../src/local-clerk/data/user-schema.ts';
import { serializeUser } from '../../../src/local-clerk/serializers/user.ts';
import { toUser } from '../../../src/local-clerk/store/user.ts';

const serialized = (change: object = {}) =>
  serializeUser(toUser(userSchema.parse({ id: 'user_x', ...change }), 0));

describe('a user', () => {
  test('is serialized without the additions to Clerk’s shape', () => {
    const user = serialized({ name: 'Kim', plans: ['pro'], features: ['exports'] });
    expect(user).toMatchObject({ object: 'user', id: 'user_x', first_name: 'Kim', last_name: null });
    for (const field of ['name', 'email_address', 'plans', 'features'])
      expect(user).not.toHaveProperty(field);
  });

  test('has contacts with the verification that Clerk sends', () => {
    const user = serialized({ email_addresses: ['a@example.com'], phone_numbers: ['+1'] });
    const verification = { object: 'verification_otp', status: 'verified', attempts: null, expire_at: null };
    expect(user.email_addresses).toMatchObject([
      {
        object: 'email_address',
        email_address: 'a@example.com',
        verification: { ...verification, strategy: 'email_code' },
      },
    ]);
    expect(user.phone_numbers).toMatchObject([
      {
        object: 'phone_number',
        phone_number: '+1',
        verification: { ...verification, strategy: 'phone_code' },
      },
    ]);
  });

  test('may have a contact without a verification', () => {
    const user = serialized({ email_addresses: [{ email_address: 'a@example.com', verification: null }] });
    expect(user.email_addresses[0]?.verification).toBeNull();
  });

  test('has an image when its address is not empty', () => {
    expect(serialized().has_image).toBe(false);
    expect(serialized({ image_url: 'https://img.example/x.png' }).has_image).toBe(true);
  });

  test('has TOTP when two-factor authentication is on', () => {
    expect(serialized({ two_factor_enabled: true })).toMatchObject({
      two_factor_enabled: true,
      totp_enabled: true,
    });
  });
});
