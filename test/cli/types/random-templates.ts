import fc from 'fast-check';
import { shortcodes } from '../../../src/jwt-templates/shortcodes.ts';
import type { LocalClerkData, UserData } from '../../../src/local-clerk/index.ts';
import { loadStore } from '../../../src/local-clerk/load-store.ts';
import { findReservedClaim } from '../../../src/local-clerk/tokens/reserved-claims.ts';
import { signTemplateToken } from '../../../src/local-clerk/tokens/template-token.ts';
import { findTokenSubject } from '../../../src/local-clerk/tokens/token-subject.ts';
import { createTestInstance, loadTime } from '../../local-clerk/test-instance.ts';

const path = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(shortcodes)) },
  fc.constantFrom('user.public_metadata.a', 'user.public_metadata.a.b', 'org.public_metadata.a'),
  fc.constantFrom(
    'user.unsafe_metadata.b',
    'user.public_metadata.__proto__',
    'org_membership.public_metadata.a',
  ),
  fc.constantFrom('user.nothing', 'constructor', 'session.actor.sub', 'org.public_metadata.'),
);

const operand = fc.oneof(
  { weight: 4, arbitrary: path },
  fc.stringMatching(/^[^'"\\]*$/).map((text) => `'${text}'`),
  fc.stringMatching(/^[^'"\\]*$/).map((text) => `"${text}"`),
  fc.constantFrom('30', '-1.5', '0', 'true', 'false'),
);

const expression = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(operand, { minLength: 1, maxLength: 4 }).map((all) => `{{${all.join(' || ')}}}`),
  },
  fc.constantFrom('{{}}', '{{ }}', '{{a | b}}', "{{user.id || 'open}}", '{{'),
);

/** Texts that mean something in TypeScript, JSON Schema or a terminal, and that a name or a value of a claim can be. */
export const hostileTexts: readonly string[] = [
  ...[
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    'new',
    'get',
    'readonly',
    'async',
    'default',
    '1',
    '-1',
  ],
  ...[
    "it's",
    'say "hi"',
    `\`$${'{process.exit()}'}\``,
    '\\',
    "\\'",
    '\\"',
    '\\u0041',
    '}',
    '{',
    '};',
    ']',
    '//',
    '/*',
    '*/',
  ],
  ...[
    "'; export const injected = 1; //",
    '*/ export const injected = 1; /*',
    '\n}\nexport const injected = 1;\n',
  ],
  ...[
    'a\nb',
    'a\r\nb',
    '\0',
    '\t',
    '\u001b[31m',
    '\u007f',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\u00a0',
  ],
  ...[
    '\ud800',
    'a\udc00',
    '\udbff\udfff',
    'Grüße',
    '漢字',
    '🙂',
    'a-b',
    'a.b',
    '$ref',
    '#/$defs/a',
    '^a$',
    '[claim: string]',
  ],
  ...[
    '{{',
    '}}',
    '{{user',
    "{{'",
    "it's {{user.id}}",
    '*/ {{user.id}}',
    "{{'*/'}}",
    '{{"it\'s"}}',
    "{{user.username || '*/'}}",
  ],
  ...['a'.repeat(10_000), 'https://a.example/claims', '@ts-nocheck', '// @ts-ignore', '<script>'],
];

const hostileText = fc.constantFrom(...hostileTexts);

const text = fc.oneof(
  { weight: 4, arbitrary: expression },
  fc.array(fc.oneof(expression, fc.string()), { maxLength: 3 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  hostileText,
);

const key = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('a', 'b', '__proto__', 'constructor', 'a-b', '{{user.id}}', ''),
  hostileText,
);

const objectOf = (values: fc.Arbitrary<unknown>) =>
  // Defines properties instead of assigning them, so that `__proto__` is one.
  fc.array(fc.tuple(key, values), { maxLength: 5 }).map((entries) => Object.fromEntries(entries) as object);

const { claim } = fc.letrec<{ claim: unknown }>((tie) => ({
  claim: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: text },
    fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('claim'), { maxLength: 3 }),
    objectOf(tie('claim')),
  ),
}));

/** The claims of a template at random. */
export const randomClaims = objectOf(claim).filter((claims) => findReservedClaim(claims) === undefined);

const metadata = fc.option(
  fc.record(
    {
      a: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.record({ b: fc.jsonValue({ maxDepth: 1 }) })),
      b: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);
const name = fc.option(fc.constantFrom('Ann', 'Bea', ''));
const contact = fc.constantFrom<NonNullable<UserData['email_addresses']>>(
  [],
  ['a@example.com'],
  [{ email_address: 'b@example.com', verification: null }],
);

/** Data with one session `sess_a` at random: with and without names, contacts, metadata, an organization and an actor. */
export const randomData: fc.Arbitrary<LocalClerkData> = fc
  .record({
    user: fc.record({
      ...{ first_name: name, last_name: name, username: name, external_id: name },
      ...{ email_addresses: contact, two_factor_enabled: fc.boolean() },
      ...{ public_metadata: metadata, unsafe_metadata: metadata },
    }),
    organization: fc.record({ slug: name, public_metadata: metadata }),
    membership: fc.record({
      public_metadata: metadata,
      permissions: fc.constantFrom<string[] | null>(null, [], ['org:a:b']),
    }),
    active: fc.constantFrom(null, 'org_a'),
    actor: fc.constantFrom(null, { sub: 'user_a' }, { sub: 'user_a', why: [1] }),
  })
  .map(({ user, organization, membership, active, actor }) => {
    const session = { id: 'sess_a', user_id: 'user_a', last_active_organization_id: active, actor };
    const ids = { user_id: 'user_a', organization_id: 'org_a' };
    return {
      users: [{ id: 'user_a', ...user }],
      organizations: [{ id: 'org_a', ...organization }],
      organization_memberships: [{ ...ids, ...membership }],
      sessions: [session],
    };
  });

/** Returns a function that mints a token of a template with the code of the local Clerk, and returns its claims. */
export async function createMinter(): Promise<(data: LocalClerkData, claims: object) => Promise<unknown>> {
  const instance = await createTestInstance();
  return async (data, claims) => {
    const jwt_templates = [{ name: 'random', claims: claims as Record<string, unknown> }];
    instance.store = loadStore({ ...data, jwt_templates }, loadTime);
    const [template] = [...instance.store.templates.values()];
    if (template === undefined) throw new Error('expected the template');
    const subject = findTokenSubject(instance, 'sess_a', ['active']);
    const jwt = await signTemplateToken(instance, subject, template);
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
  };
}
