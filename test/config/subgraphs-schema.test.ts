import { describe, expect, test } from 'vitest';
import { tryParseOptions } from '../../src/config/parse-options.ts';
import type { OptionProblem } from '../../src/config/problems.ts';

const good = {
  secretKey: ['sk', 'test', 'a'.repeat(20)].join('_'),
  publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
  templates: { inventory: {}, billing: {} },
  authorizedParties: 'any',
};
const coprocessorSecret = 's'.repeat(32);
const subgraphs = { inventory: { template: 'inventory' } };

/** Returns the problems of options on top of good ones; none for good ones. */
function problemsOf(options: Record<string, unknown>): readonly OptionProblem[] {
  const parsed = tryParseOptions({ ...good, ...options });
  return parsed.kind === 'problems' ? parsed.problems : [];
}

/** Returns the problems of one subgraph. */
const problemsOfOne = (subgraph: unknown) => problemsOf({ subgraphs: { inventory: subgraph } });

describe('subgraphs', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a template alone', { subgraphs }],
    [
      'all that a subgraph can have',
      { subgraphs: { a: { template: 'billing', header: 'x-token', onFailure: 'anonymous' } } },
    ],
    ['any template, where all are configured', { templates: '*', subgraphs: { a: { template: 'other' } } }],
    ['a template of a list', { templates: ['inventory'], subgraphs }],
    ['the coprocessor', { subgraphs, coprocessorSecret }],
    [
      'several secrets of the coprocessor',
      { subgraphs, coprocessorSecret: ['t'.repeat(40), coprocessorSecret] },
    ],
    [
      'another name of Mintgate',
      { subgraphs: { mintgate: { template: 'billing' } }, mintgateSubgraph: 'me' },
    ],
  ])('%s is accepted', (_what, options) => {
    expect(problemsOf(options)).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['subgraphs.inventory', 'inventory', /^expected the token of the subgraph as an object/],
    ['subgraphs.inventory.template', {}, /^expected a template name/],
    ['subgraphs.inventory.template', { template: '../x' }, /^expected a template name/],
    ['subgraphs.inventory.template', { template: 'other' }, /^expected one of the configured templates/],
    ['subgraphs.inventory.onFailure', { template: 'inventory', onFailure: 'null' }, /'error' or 'anonymous'/],
    [
      'subgraphs.inventory.onFailur',
      { template: 'inventory', onFailur: 'error' },
      /^there is no such option: did you mean onFailure\?$/,
    ],
    ['subgraphs.inventory.audience', { template: 'inventory', audience: 'a' }, /^there is no such option$/],
  ])('%s of %j is refused', (path, subgraph, message) => {
    expect(problemsOfOne(subgraph)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test.each([
    ...['Authorization', 'x token', 'x:token', '', 'x-t\u00f6ken', 'x-token\n', 5],
    ...['host', 'cookie', 'connection', 'content-length', 'transfer-encoding', 'te', 'content-type'],
    ...[
      'forwarded',
      'x-forwarded-for',
      'via',
      'http2-settings',
      'sec-fetch-site',
      'x-mintgate-router-secret',
    ],
  ])('the header %j is refused', (header) => {
    expect(problemsOfOne({ template: 'inventory', header })).toEqual([
      {
        path: 'subgraphs.inventory.header',
        message: expect.stringMatching(/^expected the name of a request header in lower case/),
      },
    ]);
  });

  test.each([{}, [], 'inventory', null, { '': { template: 'inventory' } }])('%j is refused', (value) => {
    const [problem] = problemsOf({ subgraphs: value });
    expect(problem?.message).toMatch(/^expected the tokens of subgraphs by their names/);
  });

  test('the name __proto__ is refused, alone and beside others', () => {
    const path = 'subgraphs.__proto__';
    const message = expect.stringMatching(/^expected another name/);
    const named = JSON.parse('{"__proto__": {"template": "inventory"}}');
    for (const value of [named, { ...subgraphs, ...named }])
      expect(problemsOf({ subgraphs: value })).toEqual([{ path, message }]);
  });

  test("Mintgate's own subgraph has no token", () => {
    const own = { mintgate: { template: 'inventory' }, me: { template: 'inventory' } };
    const message = expect.stringMatching(/^expected another subgraph/);
    expect(problemsOf({ subgraphs: own })).toEqual([{ path: 'subgraphs.mintgate', message }]);
    expect(problemsOf({ subgraphs: own, mintgateSubgraph: 'me' })).toEqual([
      { path: 'subgraphs.me', message },
    ]);
    expect(problemsOf({ mintgateSubgraph: '' })).toMatchObject([{ path: 'mintgateSubgraph' }]);
  });
});

describe('coprocessorSecret', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['without subgraphs', { coprocessorSecret }, /^expected the option subgraphs beside it/],
    [
      'beside a host that authenticates',
      { subgraphs, coprocessorSecret, authenticate: () => null },
      /^expected no option authenticate beside it/,
    ],
    ['that is short', { subgraphs, coprocessorSecret: 's'.repeat(31) }, /at least 32 letters, digits/],
    [
      'that does not fit into a path',
      { subgraphs, coprocessorSecret: `${'s'.repeat(32)}/` },
      /part of a URL/,
    ],
    ['twice', { subgraphs, coprocessorSecret: [coprocessorSecret, coprocessorSecret] }, /occurs twice/],
    ['with a space', { subgraphs, coprocessorSecret: `${'s'.repeat(32)} ` }, /part of a URL/],
    ['with a percent sign', { subgraphs, coprocessorSecret: `${'s'.repeat(32)}%41` }, /part of a URL/],
  ])('%s is refused', (_what, options, message) => {
    expect(problemsOf(options)).toEqual([
      {
        path: expect.stringMatching(/^coprocessorSecret(?:\.1)?$/),
        message: expect.stringMatching(message),
      },
    ]);
  });

  test('GraphQL cannot be below the path of the coprocessor', () => {
    const graphqlEndpoint = '/coprocessor/apollo/graphql';
    const message = expect.stringMatching(/^expected a path that is not below \/coprocessor\/apollo\//);
    const both = { subgraphs, coprocessorSecret };
    expect(problemsOf({ ...both, graphqlEndpoint })).toEqual([{ path: 'graphqlEndpoint', message }]);
    expect(problemsOf({ ...both, graphqlEndpoint: '/coprocessor/apollo' })).toEqual([]);
    expect(problemsOf({ graphqlEndpoint })).toEqual([]);
  });
});
