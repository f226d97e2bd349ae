import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTemplateName } from '../../src/mint/template-name.ts';
import { tokenQuery } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways({ bothWays: true });
const seed = 20_260_102;

const controlCharacters = Array.from({ length: 33 }, (_, code) =>
  String.fromCharCode(code === 32 ? 127 : code),
);

/** Names of `Object.prototype` that have the form of a template's name. */
const inherited = [
  ...['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
  ...['toLocaleString', 'toString', 'valueOf'],
];

/** Names that must never get into a URL. */
const hostile = [
  ...['', ' ', '  ', '\t', '\n'],
  ...['.', '..', '...', './hasura', '../hasura', 'a/b', '/hasura', 'hasura/', '//', 'a\\b', '..\\'],
  ...['?x', 'hasura?x=1', '#x', 'hasura#x', 'hasura;x', 'a&b', 'a=b', 'a:b', '@', 'http://x.example'],
  ...['%2e', '%2E%2e', '%2f', 'a%2fb', '%00', '%', '%25', '%c0%ae'],
  ...['hasura ', ' hasura', 'hasura\n', 'hasura\r\n', '\nhasura', 'ha sura', 'hasura\0', '\u0000'],
  ...[
    'häsura',
    'h\u0430sura',
    'hasura\u200b',
    '\u202ehasura',
    'hasura\u2028',
    '\ufeffhasura',
    '\u2024\u2024',
    '\uff0e\uff0e',
  ],
  ...['\ud800', 'hasura\udfff', '🙂', '\u212a', '\u017f'],
  ...[
    '__proto__',
    '_hasura',
    '-hasura',
    '.hasura',
    '$hasura',
    '*',
    'hasura*',
    "hasura'",
    '"hasura"',
    '{{x}}',
    '<b>',
  ],
  ...inherited,
  ...['a'.repeat(65), 'a'.repeat(10_240), `${'a'.repeat(64)}/`],
  ...controlCharacters,
  ...controlCharacters.flatMap((character) => [`${character}.${character}.`, `has${character}ura`]),
];

/** The rule of template names, written without a regular expression. */
function mayBeAName(text: string): boolean {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const units = text.split('');
  const [first = ''] = units;
  return (
    units.length >= 1 &&
    units.length <= 64 &&
    letters.includes(first) &&
    first !== '' &&
    !inherited.includes(text) &&
    units.every((unit) => `${letters}_-`.includes(unit))
  );
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((codes) => String.fromCharCode(...codes)),
  fc
    .tuple(fc.constantFrom('hasura', 'a', 'x'.repeat(63)), fc.integer({ min: 0, max: 0xffff }), fc.nat())
    .map(([name, code, at]) => {
      const place = at % (name.length + 1);
      return name.slice(0, place) + String.fromCharCode(code) + name.slice(place);
    }),
  fc.stringMatching(/^[A-Za-z0-9_./%?#\\-]{0,70}$/),
);

/** The answer to every malformed name: it does not depend on the name. */
const refusal = {
  data: { sessionToken: null },
  errors: [
    {
      message:
        'The template name is malformed: it must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$ and must not be a property that every object has, such as constructor.',
      path: ['sessionToken'],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ],
};

describe('a text that is not a template name', () => {
  test('T02 is distinguished from a name by the rule, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isTemplateName(text)).toBe(mayBeAName(text));
      }),
      { numRuns: 20_000, seed },
    );
    expect(hostile.filter(isTemplateName)).toEqual([]);
    expect(
      ['a', '0', 'hasura', 'A_b-9', 'a'.repeat(64), 'prototype', 'tostring'].filter(mayBeAName),
    ).toHaveLength(7);
  });

  test('T02 is BAD_USER_INPUT and causes no request to Clerk, for any text, and is never quoted', async () => {
    const gateway = world.start({ templates: '*' });
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyText, async (template) => {
        if (mayBeAName(template)) return;
        const { data, errors } = await gateway.ask(tokenQuery, { bearer, variables: { template } });
        expect({
          data,
          errors: errors.map(({ message, path, extensions }) => ({ message, path, extensions })),
        }).toEqual(refusal);
        refused += 1;
      }),
      { numRuns: 600, seed },
    );
    expect(refused).toBeGreaterThan(300);
    expect(world.requests()).toBe(0);
  });

  test('T01 T02 gets the same answer for every hostile name, in a variable and in the document', async () => {
    const gateway = world.start({ templates: '*' });
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    const inDocument = new Set<string>();
    const inVariable = new Set<string>();
    for (const template of hostile) {
      inVariable.add((await gateway.ask(tokenQuery, { bearer, variables: { template } })).text);
      // GraphQL cannot parse a document with a lone surrogate.
      if (!template.isWellFormed()) continue;
      const query = `{ sessionToken(template: ${JSON.stringify(template)}) { jwt } }`;
      inDocument.add((await gateway.ask(query, { bearer })).text);
    }
    expect([...inVariable, ...inDocument].map((text) => JSON.parse(text))).toMatchObject([refusal, refusal]);
    expect(world.requests()).toBe(0);
    expect(gateway.audited).toEqual([]);
  });

  test.each(['../x', '', ' ', 'constructor', null])(
    'T01 T02 %j is BAD_USER_INPUT on Session.token too',
    async (template) => {
      const query =
        'query ($template: String!) { session { token(template: $template, fresh: true) { jwt } } }';
      const gateway = world.start({ templates: '*' });
      const { codes, data } = await gateway.ask(query, { session: 'sess_ada', variables: { template } });
      expect(codes).toEqual(['BAD_USER_INPUT']);
      expect(data?.session?.token ?? null).toBeNull();
      expect(world.requests()).toBe(0);
    },
  );

  test('T02 is BAD_USER_INPUT before the caller is authenticated', async () => {
    const gateway = world.startWithoutJwtKey();
    const { codes } = await gateway.ask(tokenQuery, { bearer: 'none', variables: { template: '../x' } });
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(world.requests()).toBe(0);
  });

  test.each([
    ['null in the document', '{ sessionToken(template: null) { jwt } }', {}],
    ['null in a variable', tokenQuery, { template: null }],
    ['a variable that is missing', tokenQuery, {}],
    ['a number', tokenQuery, { template: 5 }],
    ['a boolean', tokenQuery, { template: true }],
    ['a list', tokenQuery, { template: ['hasura'] }],
    ['an object', tokenQuery, { template: { name: 'hasura' } }],
  ])('T01 %s is BAD_USER_INPUT, never a session token', async (_what, query, variables) => {
    const gateway = world.start({ templates: '*' });
    const { codes, data } = await gateway.ask(query, { session: 'sess_ada', variables });
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(data?.sessionToken ?? null).toBeNull();
    expect(world.requests()).toBe(0);
  });
});

describe('names and the allow-list', () => {
  test.each(['Hasura', 'HASURA', 'hasura_', 'hasur'])(
    'T05 %s is not hasura and not configured',
    async (template) => {
      const gateway = world.start({ templates: ['hasura'] });
      const { codes } = await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template } });
      expect(codes).toEqual(['TEMPLATE_NOT_FOUND']);
      expect(world.mints()).toBe(0);
    },
  );

  test('T03 a name outside the allow-list and one that Clerk does not know get the same answer', async () => {
    const gateway = world.start();
    const outside = await gateway.ask(tokenQuery, {
      session: 'sess_ada',
      variables: { template: 'nowhere' },
    });
    expect(world.mints()).toBe(0);
    const unknown = await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'ghost' } });
    expect(world.mints()).toBe(1);
    expect(outside.codes).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(unknown.text).toBe(outside.text);
    expect(gateway.audited.map(({ reason }) => reason)).toEqual(['not configured', 'unknown to Clerk']);
  });

  test('T03 on Session.token, too', async () => {
    const gateway = world.start();
    const query = 'query ($template: String!) { session { token(template: $template) { jwt } } }';
    const [outside, unknown] = [
      await gateway.ask(query, { session: 'sess_ada', variables: { template: 'nowhere' } }),
      await gateway.ask(query, { session: 'sess_ada', variables: { template: 'ghost' } }),
    ];
    expect(outside.codes).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(unknown.text).toBe(outside.text);
  });

  test('T03 an anonymous caller cannot tell whether a name is configured', async () => {
    const gateway = world.start();
    const answers = await Promise.all(
      ['hasura', 'nowhere', 'ghost'].map((template) => gateway.ask(tokenQuery, { variables: { template } })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.codes).toEqual(['UNAUTHENTICATED']);
  });

  test("templates: '*' allows every template of the instance, and a warning is logged", async () => {
    const gateway = world.start({ templates: '*' });
    expect(gateway.logLines.join('')).toContain("templates: '*'");
    const { errors } = await gateway.ask(tokenQuery, {
      session: 'sess_ada',
      variables: { template: 'minimal' },
    });
    expect(errors).toEqual([]);
  });
});
