import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { LocalClerkData } from '../../../src/local-clerk/index.ts';
import { renderClaims } from '../../../src/local-clerk/tokens/shortcode.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

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
  jwt_templates: [{ name: 'probe', claims: {} }],
};

const context = useLocalClerk(() => structuredClone(data));

/** Renders a claim for a session through the SDK. */
async function render(value: unknown, sessionId = 'sess_a') {
  await context.clerk.jwtTemplates.update({ templateId: 'jtmp_probe', name: 'probe', claims: { value } });
  return decodeJwt((await context.clerk.sessions.getToken(sessionId, 'probe')).jwt).value;
}

describe('text and defaults', () => {
  test.each<[string, unknown, unknown]>([
    ['{{user.first_name}} {{user.last_name}}', 'Ann Other', 'null Blank'],
    ['level {{user.public_metadata.level}}', 'level 3', 'level null'],
    [' {{user.public_metadata.level}}', ' 3', ' null'],
    ['{{user.public_metadata.deep.list}}!', '[1,2]!', 'null!'],
    ['no shortcode {{', 'no shortcode {{', 'no shortcode {{'],
    ['{{user.first_name || user.last_name}}', 'Ann', 'Blank'],
    ["{{user.first_name || 'none'}}", 'Ann', 'none'],
    ["{{user.public_metadata.admin || 'no'}}", 'no', 'no'],
    ['{{user.public_metadata.level || 30}}', 3, 30],
    ['{{user.public_metadata.absent || user.public_metadata.admin}}', false, null],
    ["{{org.id || 'a || b'}}", 'org_a', 'a || b'],
    ["{{org.id || '}} {{'}}", 'org_a', '}} {{'],
    ['{{user.first_name||30}}', 'Ann', 30],
    ["Hi {{user.first_name || 'you'}}, {{org.name || 'friend'}}", 'Hi Ann, Org A', 'Hi you, friend'],
    ["{{''}}", '', ''],
    ["{{user.id || 'open}}", "{{user.id || 'open}}", "{{user.id || 'open}}"],
  ])('%s', async (template, forAnn, forBlank) => {
    expect(await render(template)).toEqual(forAnn);
    expect(await render(template, 'sess_b')).toEqual(forBlank);
  });

  test('are replaced at any depth, in values and not in keys', async () => {
    const claims = { '{{user.id}}': ['{{user.id}}', { deep: '{{org.id}}' }, 1, null, true] };
    expect(await render(claims)).toEqual({ '{{user.id}}': ['user_a', { deep: 'org_a' }, 1, null, true] });
  });

  test('in the value of a shortcode are not replaced again', () => {
    const lookup = (path: string) => (path === 'a' ? '{{b}}' : 'secret');
    expect(renderClaims(['{{a}}', 'x {{a}}'], lookup)).toEqual(['{{b}}', 'x {{b}}']);
  });
});

describe('with any claims', () => {
  const seed = 20_260_102;

  test('JSON without shortcodes stays as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('{{'));
        expect(JSON.stringify(renderClaims(value, () => 'never'))).toBe(JSON.stringify(value));
      }),
      { seed },
    );
  });

  test('rendering neither throws nor changes a prototype', () => {
    const text = fc.stringMatching(/^[{}|'" a-z._0-9]*$/);
    const path = fc.constantFrom('{{__proto__.x}}', '{{constructor.prototype}}', "{{a || ''}}", '{{', '}}');
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.oneof(text, path)), (claims) => {
        const before = Object.getOwnPropertyNames(Object.prototype).length;
        const rendered = renderClaims(claims, () => null) as object;
        expect(Object.keys(rendered)).toEqual(Object.keys(claims));
        expect(Object.getPrototypeOf(rendered)).toBe(Object.prototype);
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
      }),
      { seed },
    );
  });

  test('a quoted default is the text without its quotes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^'\\]*$/), (text) => {
        expect(renderClaims(`{{ absent || '${text}' }}`, () => null)).toBe(text);
      }),
      { seed },
    );
  });

  test('a claim named __proto__ reaches the token as a claim', async () => {
    const claims = JSON.parse('{"__proto__": {"polluted": "{{user.id}}"}, "nested": {"__proto__": 1}}');
    context.local.replaceData({ ...data, jwt_templates: [{ name: 'odd', claims }] });
    const { jwt } = await context.clerk.sessions.getToken('sess_a', 'odd');
    const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
    expect(payload).toContain('"__proto__":{"polluted":"user_a"}');
    expect(payload).toContain('"nested":{"__proto__":1}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
