import { describe, expect, test } from 'vitest';
import { tokenExchange } from '../../src/config/exchange-schema.ts';
import { parseOptions, tryParseOptions } from '../../src/config/parse-options.ts';
import type { OptionProblem } from '../../src/config/problems.ts';
import type { GatewayOptions } from '../../src/index.ts';

const good: GatewayOptions = {
  secretKey: ['sk', 'test', 'a'.repeat(20)].join('_'),
  publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
  authorizedParties: 'any',
  templates: { hasura: {}, nhost: {} },
};

/** Returns the problems of options on top of good ones; none for good ones. */
function problemsOf(options: Record<string, unknown>): readonly OptionProblem[] {
  const parsed = tryParseOptions({ ...good, ...options });
  return parsed.kind === 'problems' ? parsed.problems : [];
}

test('the audiences of a token exchange are kept as they are', () => {
  const audiences = { 'https://api.example.com': 'hasura', billing: 'hasura', constructor: 'nhost' };
  expect(parseOptions({ ...good, tokenExchange: audiences }).tokenExchange).toEqual(audiences);
  expect(parseOptions(good).tokenExchange).toBeUndefined();
});

test.each([
  ['a list of templates', { templates: ['hasura'], tokenExchange: { api: 'hasura' } }],
  ['every template', { templates: '*', tokenExchange: { api: 'any-name' } }],
  ['another endpoint', { graphqlEndpoint: '/token/graphql', tokenExchange: { api: 'hasura' } }],
])('a token exchange may be beside %s', (_what, options) => {
  expect(problemsOf(options)).toEqual([]);
});

test('without a token exchange, GraphQL may be at /token, and the host may authenticate', () => {
  expect(problemsOf({ graphqlEndpoint: '/token', authenticate: () => null })).toEqual([]);
});

describe('a token exchange that cannot work', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['is not an object', { tokenExchange: ['hasura'] }, 'tokenExchange', /^expected the audiences of/],
    ['has no audience', { tokenExchange: {} }, 'tokenExchange', /^expected the audiences of/],
    ['has an empty audience', { tokenExchange: { '': 'hasura' } }, 'tokenExchange.', /^expected an audience/],
    [
      'has an audience that an object cannot hold',
      { tokenExchange: JSON.parse('{"__proto__": "hasura", "api": "hasura"}') },
      'tokenExchange.__proto__',
      /^expected another name/,
    ],
    ['names no text', { tokenExchange: { api: 1 } }, 'tokenExchange.api', /^expected a template name: 1 to/],
    [
      'names no template',
      { tokenExchange: { api: '../x' } },
      'tokenExchange.api',
      /^expected a template name/,
    ],
    [
      'names a template that is not configured',
      { tokenExchange: { 'https://api.example.com': 'hasura', billing: 'other' } },
      'tokenExchange.billing',
      /^expected a template that is configured by templates \(MINTGATE_TEMPLATES limits them\)$/,
    ],
    [
      'stands beside a host that authenticates',
      { tokenExchange: { api: 'hasura' }, authenticate: () => null },
      'tokenExchange',
      /^expected no token exchange beside authenticate/,
    ],
    [
      'stands beside GraphQL at its path',
      { tokenExchange: { api: 'hasura' }, graphqlEndpoint: '/token' },
      'graphqlEndpoint',
      /^expected another path than \/token/,
    ],
  ])('E01 is refused at the start where it %s', (_what, options, path, message) => {
    expect(problemsOf(options)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test('E01 is refused beside malformed templates without hiding their error', () => {
    const options = { templates: ['../x'], tokenExchange: { api: 'hasura' } };
    expect(problemsOf(options).map(({ path }) => path)).toContain('templates.0');
    expect(problemsOf({ templates: 5, tokenExchange: { api: 'hasura' } })).toHaveLength(1);
  });
});

test('the format refuses values without quoting them', () => {
  const { error } = tokenExchange.safeParse({ api: 'a secret/' });
  expect(error?.message).not.toContain('secret/');
});
