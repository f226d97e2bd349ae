import { beforeAll, describe, expect, test } from 'vitest';
import type { LocalClerkData } from '../../../src/local-clerk/data/local-clerk-data.ts';
import type { Instance } from '../../../src/local-clerk/instance.ts';
import { renderClaims } from '../../../src/local-clerk/tokens/shortcode.ts';
import { shortcodeValues } from '../../../src/local-clerk/tokens/shortcode-values.ts';
import { findTokenSubject } from '../../../src/local-clerk/tokens/token-subject.ts';
import { createTestInstance } from '../test-instance.ts';

const data: LocalClerkData = {
  users: [
    {
      id: 'user_a',
      first_name: 'Ann',
      last_name: 'Other',
      username: 'ann',
      external_id: 'ext-1',
      created_at: 1_700_000_000_000,
      updated_at: 1_700_000_005_999,
      image_url: 'https://img.example/ann.png',
      email_address: 'ann@example.com',
      phone_numbers: [{ phone_number: '+15555550100', verification: { status: 'unverified' } }],
      public_metadata: { level: 3, admin: false, deep: { list: [1, 2], text: 'x' } },
      unsafe_metadata: { theme: 'dark' },
    },
    { id: 'user_b', last_name: 'Blank' },
  ],
  organizations: [{ id: 'org_a', name: 'Org A', slug: 'a', public_metadata: { tier: { name: 'gold' } } }],
  organization_memberships: [
    {
      user_id: 'user_a',
      organization_id: 'org_a',
      role: 'admin',
      permissions: ['org:a:b'],
      public_metadata: { desk: 7 },
    },
  ],
  sessions: [
    { id: 'sess_a', user_id: 'user_a', last_active_organization_id: 'org_a', actor: { sub: 'user_b' } },
    { id: 'sess_b', user_id: 'user_b' },
  ],
};

let instance: Instance;
beforeAll(async () => {
  instance = await createTestInstance(data);
});

/** Renders a claim for a session. */
function render(claim: unknown, sessionId = 'sess_a') {
  return renderClaims(claim, shortcodeValues(findTokenSubject(instance, sessionId, ['active'])));
}

describe('a shortcode has its value, with its JSON type', () => {
  test.each<[string, unknown]>([
    ['user.id', 'user_a'],
    ['user.first_name', 'Ann'],
    ['user.last_name', 'Other'],
    ['user.full_name', 'Ann Other'],
    ['user.username', 'ann'],
    ['user.external_id', 'ext-1'],
    ['user.created_at', 1_700_000_000],
    ['user.updated_at', 1_700_000_005],
    ['user.primary_email_address', 'ann@example.com'],
    ['user.primary_phone_number', '+15555550100'],
    ['user.email_verified', true],
    ['user.phone_number_verified', false],
    ['user.image_url', 'https://img.example/ann.png'],
    ['user.two_factor_enabled', false],
    ['user.public_metadata', { level: 3, admin: false, deep: { list: [1, 2], text: 'x' } }],
    ['user.public_metadata.level', 3],
    ['user.public_metadata.deep.list', [1, 2]],
    ['user.public_metadata.deep.text', 'x'],
    ['user.unsafe_metadata.theme', 'dark'],
    ['org.id', 'org_a'],
    ['org.role', 'org:admin'],
    ['org.name', 'Org A'],
    ['org.slug', 'a'],
    ['org.public_metadata', { tier: { name: 'gold' } }],
    ['org.public_metadata.tier.name', 'gold'],
    ['org_membership.public_metadata.desk', 7],
    ['org_membership.permissions', ['org:a:b']],
    ['session.actor', { sub: 'user_b' }],
    ['session.actor.sub', null],
  ])('{{%s}}', (path, expected) => {
    expect(render(`{{${path}}}`)).toEqual(expected);
    expect(render(`{{ ${path} }}`)).toEqual(expected);
  });
});

describe('a shortcode without a value is null', () => {
  test.each([
    'user.nothing',
    'user.private_metadata',
    'user.private_metadata.x',
    'user.password',
    'nonsense',
    '',
    ' ',
    'user.public_metadata.absent.deeper',
    'user.public_metadata.deep.list.length',
    'user.public_metadata.deep.text.length',
    'user.public_metadata.constructor',
    'user.public_metadata.constructor.name',
    'user.public_metadata.__proto__',
    'user.public_metadata.toString.name',
    'user.__proto__',
    'constructor',
    '__proto__',
    'user.public_metadata.',
    'user.public_metadata..level',
    'user.id | user.id',
  ])('{{%s}}', (path) => {
    expect(render(`{{${path}}}`)).toBeNull();
  });

  test.each(['user.first_name', 'user.username', 'org.id', 'org_membership.permissions', 'session.actor'])(
    '{{%s}} of a user who has none',
    (path) => {
      expect(render(`{{${path}}}`, 'sess_b')).toBeNull();
    },
  );
});
