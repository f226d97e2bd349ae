import { runInNewContext } from 'node:vm';
import { decodeJwt } from 'jose';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import { dataSchema } from '../../../src/local-clerk/data/data-schema.ts';
import {
  demoData,
  type LocalClerkData,
  parseLocalClerkData,
  startLocalClerk,
} from '../../../src/local-clerk/index.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

describe('data for the local Clerk', () => {
  test('may be next to nothing', async () => {
    context.local.replaceData({
      users: [{ id: 'user_x', name: 'Mary Ann Evans' }],
      sessions: [{ id: 'sess_x', user_id: 'user_x' }],
      jwt_templates: [{ name: 'plain' }],
    });
    const user = await context.clerk.users.getUser('user_x');
    expect(user).toMatchObject({
      firstName: 'Mary',
      lastName: 'Ann Evans',
      banned: false,
      emailAddresses: [],
    });
    await expect(context.clerk.sessions.getToken('sess_x', 'plain')).resolves.toHaveProperty('jwt');
  });

  test('may give addresses and numbers as plain text', async () => {
    const contacts = { email_addresses: ['a@example.com', 'b@example.com'], phone_numbers: ['+15555550100'] };
    context.local.replaceData({ users: [{ id: 'user_x', ...contacts }] });
    const user = await context.clerk.users.getUser('user_x');
    expect(user.emailAddresses.map((email) => email.emailAddress)).toEqual(contacts.email_addresses);
    expect(user.primaryEmailAddress?.emailAddress).toBe('a@example.com');
    expect(user.phoneNumbers[0]?.verification?.status).toBe('verified');
  });

  test('may hold sessions that are over by their dates or by their user', () => {
    const session = { user_id: 'user_x', status: 'active' } as const;
    context.local.replaceData({
      users: [{ id: 'user_x' }, { id: 'user_banned', banned: true }],
      sessions: [
        { ...session, id: 'sess_expired', expire_at: 1 },
        { ...session, id: 'sess_abandoned', abandon_at: 1 },
        { ...session, id: 'sess_banned', user_id: 'user_banned' },
        { ...session, id: 'sess_on' },
      ],
    });
    const statuses = context.local.sessions().map(({ id, status }) => [id, status]);
    expect(statuses).toEqual([
      ['sess_expired', 'expired'],
      ['sess_abandoned', 'abandoned'],
      ['sess_banned', 'revoked'],
      ['sess_on', 'active'],
    ]);
  });

  test('may be empty, with fields that nobody knows', () => {
    const empty = {
      users: [],
      organizations: [],
      organization_memberships: [],
      sessions: [],
      jwt_templates: [],
    };
    expect(parseLocalClerkData({ comment: 'mine' })).toEqual(empty);
  });

  test('may be the lists that Clerk’s API answered, plain or in pages', async () => {
    const { clerk, local } = context;
    const exported: Record<string, unknown> = {};
    for (const list of ['users', 'organizations', 'sessions', 'jwt_templates']) {
      const response = await fetch(`${local.url}/v1/${list}?limit=500`, {
        headers: { authorization: `Bearer ${local.secretKey}` },
      });
      exported[list] = await response.json();
    }
    const memberships = await Promise.all(
      ['org_acme', 'org_globex'].map((organizationId) =>
        clerk.organizations.getOrganizationMembershipList({ organizationId }),
      ),
    );
    exported.organization_memberships = memberships.flatMap((page) => page.data.map((entry) => entry.raw));
    exported.jwt_templates = { data: exported.jwt_templates, total_count: 6 };

    local.replaceData(parseLocalClerkData(exported));
    expect(local.sessions()).toHaveLength(7);
    expect(local.sessions().find((session) => session.id === 'sess_ada_acme')?.organizationRole).toBe(
      'org:admin',
    );
    await expect(clerk.sessions.getToken('sess_ada_acme', 'reports')).resolves.toHaveProperty('jwt');
    expect((await clerk.users.getUser('user_ada')).primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    await expect(clerk.sessions.getToken('sess_ada', 'nhost')).resolves.toHaveProperty('jwt');
  });

  test('may be objects of another realm, as test runners hand them out', async () => {
    const foreign = runInNewContext(`JSON.parse(${JSON.stringify(JSON.stringify(demoData()))})`);
    expect(foreign).not.toBeInstanceOf(Object);
    context.local.replaceData(foreign);
    expect(context.local.warnings).toEqual([]);
    await expect(context.clerk.sessions.getToken('sess_ada', 'hasura')).resolves.toHaveProperty('jwt');
  });

  test('are copied: a change that comes later is not seen', async () => {
    const claims: Record<string, unknown> = { plan: 'free' };
    const data = { ...demoData(), jwt_templates: [{ name: 'mine', claims }] };
    context.local.replaceData(data);
    claims.sid = 'sess_x';
    const { jwt } = await context.clerk.sessions.getToken('sess_ada', 'mine');
    expect(decodeJwt(jwt)).not.toHaveProperty('sid');
  });

  test('may have null where Clerk’s API has it', async () => {
    context.local.replaceData({
      users: [
        {
          id: 'user_x',
          email_addresses: ['a@example.com'],
          primary_email_address_id: null,
          public_metadata: null,
        },
      ],
    });
    const user = await context.clerk.users.getUser('user_x');
    expect([user.primaryEmailAddressId, user.publicMetadata]).toEqual([null, {}]);
  });

  test('has a documented type that is what is read', () => {
    expectTypeOf<LocalClerkData>().toExtend<z.input<typeof dataSchema>>();
    expectTypeOf<z.input<typeof dataSchema>>().toExtend<LocalClerkData>();
    expectTypeOf<keyof z.input<typeof dataSchema>>().toEqualTypeOf<keyof LocalClerkData>();
    expect(dataSchema.safeParse(demoData()).success).toBe(true);
  });

  test('is the demo’s unless given, of which every call makes its own', () => {
    const [first, second] = [demoData(), demoData()];
    expect(first).not.toBe(second);
    expect(first.jwt_templates?.find((template) => template.name === 'nhost')?.signing_key).not.toBe(
      second.jwt_templates?.find((template) => template.name === 'nhost')?.signing_key,
    );
    expect(() => parseLocalClerkData(first)).not.toThrow();
  });

  test('comes through a second parsing as it was', () => {
    const once = parseLocalClerkData(demoData());
    expect(parseLocalClerkData(once)).toEqual(once);
  });
});

/** Claims of so many levels. */
const nested = (levels: number): object => (levels === 1 ? {} : { inner: nested(levels - 1) });

describe('faults in the data are named by place and expectation', () => {
  const user = { id: 'user_x' };
  const template = (change: object) => ({ jwt_templates: [{ name: 'a' }, { name: 'b', ...change }] });

  test.each<[string, unknown]>([
    ['top level: ', 5],
    ['top level: ', 'text'],
    ['  [1].name: ', [{ name: 'a' }, {}]],
    ['  data[0].lifetime: ', { data: [{ name: 'a', lifetime: 1 }], total_count: 1 }],
    ['this one contains an object of type "organization"', [{ object: 'organization', name: 'Acme' }]],
    ['users: Invalid input: expected array', { users: {} }],
    ['users[0].id: ', { users: [{}] }],
    ['users[0].id: expected 1 to 100 letters', { users: [{ id: 'a/b' }] }],
    ['users[1].id: expected "user_x" only once', { users: [user, user] }],
    ['users[0].first_name: Invalid input: expected string', { users: [{ ...user, first_name: 5 }] }],
    ['users[0].public_metadata: expected an object', { users: [{ ...user, public_metadata: [] }] }],
    ['users[0].plans[0]: expected a slug', { users: [{ ...user, plans: ['a,b'] }] }],
    [
      'users[0].email_addresses[0]: Invalid input: expected object',
      { users: [{ ...user, email_addresses: [5] }] },
    ],
    [
      'users[0].phone_numbers[0].verification.status: Invalid option',
      { users: [{ ...user, phone_numbers: [{ phone_number: '1', verification: { status: 'bogus' } }] }] },
    ],
    [
      'organizations[1].slug: expected "acme" only once',
      { organizations: [{ id: 'org_acme' }, { id: 'org_2', slug: 'acme' }] },
    ],
    ['sessions[0].user_id: expected the id of a user', { sessions: [{ id: 's', user_id: 'user_y' }] }],
    [
      'sessions[0].status: Invalid option',
      { users: [user], sessions: [{ id: 's', user_id: 'user_x', status: 'on' }] },
    ],
    ['sessions[0].actor.sub: ', { users: [user], sessions: [{ id: 's', user_id: 'user_x', actor: {} }] }],
    [
      'sessions[0].last_active_organization_id: expected an organization that "user_x" is a member of',
      {
        users: [user],
        organizations: [{ id: 'org_a' }],
        sessions: [{ id: 's', user_id: 'user_x', last_active_organization_id: 'org_a' }],
      },
    ],
    [
      'organization_memberships[0].organization_id: expected the id of an organization',
      { users: [user], organization_memberships: [{ user_id: 'user_x', organization_id: 'org_a' }] },
    ],
    [
      'organization_memberships[0].user_id: expected an id',
      { organization_memberships: [{ organization_id: 'o' }] },
    ],
    [
      'organization_memberships[0].permissions[0]: expected a permission such as',
      { organization_memberships: [{ user_id: 'u', organization_id: 'o', permissions: ['read'] }] },
    ],
    ['jwt_templates[1].name: expected 1 to 256 characters without /', template({ name: 'a/b' })],
    ['jwt_templates[1].claims: expected at most 100 levels', template({ claims: nested(101) })],
    ['jwt_templates[1].name: expected "a" only once', template({ name: 'a' })],
    ['jwt_templates[1].id: expected "jtmp_a" only once', template({ id: 'jtmp_a' })],
    ['jwt_templates[1].lifetime: ', template({ lifetime: 10 })],
    ['jwt_templates[1].allowed_clock_skew: ', template({ allowed_clock_skew: 301 })],
    ['jwt_templates[1].claims.sub: expected no reserved claim', template({ claims: { sub: 'x' } })],
    [
      'jwt_templates[1].signing_algorithm: expected one of',
      template({ custom_signing_key: true, signing_algorithm: 'XX1' }),
    ],
    ['jwt_templates[1].signing_key: expected an RSA key', template({ signing_key: 'not a key' })],
    ['jwt_templates.data[0].name: ', { jwt_templates: { data: [{ name: '' }], total_count: 1 } }],
  ])('%s', (message, data) => {
    expect(() => parseLocalClerkData(data)).toThrow(message);
  });

  test('all at once', () => {
    const bad = { users: [{ id: '' }], jwt_templates: [{ name: '' }] };
    expect(() => parseLocalClerkData(bad)).toThrow('users[0].id');
    expect(() => parseLocalClerkData(bad)).toThrow('jwt_templates[0].name');
  });

  test('without repeating a signing key', () => {
    const data = { jwt_templates: [{ name: 'a', signing_algorithm: 'RS256', signing_key: 'very secret' }] };
    expect(() => parseLocalClerkData(data)).not.toThrow('very secret');
    expect(() => parseLocalClerkData(data)).toThrow('expected an RSA key');
  });

  test('and what was there stays', async () => {
    const bad = { users: [{ id: 5 }] } as unknown as LocalClerkData;
    expect(() => context.local.replaceData(bad)).toThrow('users[0].id');
    expect(context.local.sessions()).toHaveLength(7);
    await expect(startLocalClerk({ data: bad })).rejects.toThrow('users[0].id');
  });
});

describe('how the data were read is said in a warning', () => {
  async function warningsFor(data: unknown): Promise<string[]> {
    const warnings: string[] = [];
    const local = await startLocalClerk({
      data: data as LocalClerkData,
      onWarning: (warning) => warnings.push(warning),
    });
    onTestFinished(() => local.close());
    expect(local.warnings).toEqual(warnings);
    return warnings;
  }

  test('for keys that nobody knows, by their names', async () => {
    const known =
      'expected users, organizations, organization_memberships, sessions, jwt_templates, firebase_integration.';
    expect(await warningsFor({ user: [], users: [], data: {} })).toEqual([
      `The data have an unknown key "user", which is ignored: ${known}`,
      `The data have an unknown key "data", which is ignored: ${known}`,
    ]);
    expect(await warningsFor(demoData())).toEqual([]);
  });

  test('after a replacement, too', () => {
    context.local.replaceData({ templates: [] } as LocalClerkData);
    expect(context.local.warnings).toEqual([expect.stringContaining('"templates", which is ignored')]);
    context.local.replaceData(demoData());
    expect(context.local.warnings).toEqual([]);
  });

  const template = { object: 'jwt_template', id: 'jtmp_1', name: 'exported', claims: { plan: 'free' } };
  test.each<[string, unknown]>([
    ['a bare list', [template]],
    ['a bare page', { data: [template], total_count: 1 }],
  ])('for %s of templates, which the demo’s people then use', async (_what, data) => {
    expect(await warningsFor(data)).toEqual([expect.stringContaining('come from the demo data')]);
    context.local.replaceData(data as LocalClerkData);
    expect(context.local.sessions().map(({ id }) => id)).toEqual(demoData().sessions?.map(({ id }) => id));
    const { data: templates } = await context.clerk.jwtTemplates.list();
    expect(templates.map(({ id, name }) => [id, name])).toEqual([['jtmp_1', 'exported']]);
    await expect(context.clerk.sessions.getToken('sess_ada', 'exported')).resolves.toHaveProperty('jwt');
  });
});

test('a template whose key is not in the data gets one, with a warning, and keeps it through replacements', async () => {
  const warnings: string[] = [];
  const own = { name: 'own', custom_signing_key: true, signing_algorithm: 'ES256' };
  const local = await startLocalClerk({
    data: { jwt_templates: [own] },
    onWarning: (warning) => warnings.push(warning),
  });
  try {
    const { verificationKey } = local.templateKey('own');
    local.replaceData({ jwt_templates: [{ ...own, lifetime: 90 }] });
    expect(local.templateKey('own').verificationKey).toBe(verificationKey);
    expect(warnings).toEqual([expect.stringContaining('the JWT template "own" (ES256)')]);
    local.replaceData({ jwt_templates: [{ ...own, signing_algorithm: 'HS256' }] });
    expect(local.templateKey('own').algorithm).toBe('HS256');
    expect(warnings).toHaveLength(2);
  } finally {
    await local.close();
  }
});
