import { describe, expect, test } from 'vitest';
import { parseOptions, type SubgraphTokenOptions } from '../../src/hive-gateway/subgraph-token-options.ts';

const gateway = { fetch: () => new Response() };
const subgraphs = { inventory: { template: 'inventory' } };
const url = 'http://127.0.0.1:4000/graphql';

const parse = (options: object) => parseOptions(options as SubgraphTokenOptions);

test('an option has its default', () => {
  const parsed = parse({ gateway, subgraphs });
  expect(parsed.mintgateSubgraph).toBe('mintgate');
  expect([...parsed.subgraphs]).toEqual([['inventory', { template: 'inventory' }]]);
});

test('every option is accepted', () => {
  const mapping = {
    inventory: { template: 'inventory', header: 'x-inventory-token', onFailure: 'anonymous' },
    billing: { template: 'billing', header: 'authorization', onFailure: 'error' },
  };
  const mintgateSubgraph = 'tokens';
  for (const one of [
    { gateway, graphqlEndpoint: '/api/tokens' },
    { url, timeout: 500, fetch },
  ])
    expect(parse({ ...one, subgraphs: mapping, mintgateSubgraph }).subgraphs.size).toBe(2);
});

test('a gateway is a function with fetch, too', () => {
  expect(parse({ gateway: Object.assign(() => {}, gateway), subgraphs }).send).toBeTypeOf('function');
});

describe('H11 a wrong option is named', () => {
  const token = (more: object) => ({ gateway, subgraphs: { inventory: { template: 'inventory', ...more } } });
  const form = 'expected the name of a template: 1 to 64 letters, digits, _ or -';

  test.each<[problem: string, options: object]>([
    ['subgraph: there is no such option', { gateway, subgraphs, subgraph: {} }],
    ['gateway, url: expected one of them', { subgraphs }],
    ['gateway, url: expected one of them', { gateway, url, subgraphs }],
    ['gateway: expected what createGateway returns', { gateway: {}, subgraphs }],
    ['gateway: expected what createGateway returns', { gateway: null, subgraphs }],
    ['timeout: needs url', { gateway, timeout: 1, subgraphs }],
    ['fetch: needs url', { gateway, fetch, subgraphs }],
    ['graphqlEndpoint: needs gateway', { url, graphqlEndpoint: '/graphql', subgraphs }],
    ['graphqlEndpoint: expected a path', { gateway, graphqlEndpoint: 'graphql', subgraphs }],
    ['url: expected an absolute URL', { url: '/graphql', subgraphs }],
    ['url: expected an absolute URL', { url: 'file:///graphql', subgraphs }],
    ['url: expected an absolute URL', { url: 'http://user:password@127.0.0.1/graphql', subgraphs }],
    ['url: expected an absolute URL', { url: 4000, subgraphs }],
    ['timeout: expected milliseconds, more than 0', { url, timeout: 0, subgraphs }],
    ['timeout: expected milliseconds, more than 0', { url, timeout: Number.NaN, subgraphs }],
    ['timeout: expected milliseconds, more than 0', { url, timeout: '4s', subgraphs }],
    ['fetch: expected a function', { url, fetch: 'node-fetch', subgraphs }],
    ['mintgateSubgraph: expected the name of a subgraph', { gateway, subgraphs, mintgateSubgraph: '' }],
    ['subgraphs: expected the tokens of subgraphs', { gateway }],
    ['subgraphs: expected the tokens of subgraphs', { gateway, subgraphs: {} }],
    ['subgraphs: expected the tokens of subgraphs', { gateway, subgraphs: ['inventory'] }],
    ["subgraphs.mintgate: this is Mintgate's own", { gateway, subgraphs: { mintgate: { template: 'a' } } }],
    ['subgraphs.inventory: expected an object', { gateway, subgraphs: { inventory: 'inventory' } }],
    [`subgraphs.inventory.template: ${form}`, { gateway, subgraphs: { inventory: {} } }],
    [`subgraphs.inventory.template: ${form}`, token({ template: '../users' })],
    [`subgraphs.inventory.template: ${form}`, token({ template: 'constructor' })],
    ['subgraphs.inventory.audience: there is no such option', token({ audience: 'a' })],
    ['subgraphs.inventory.header: expected the name', token({ header: 'Authorization' })],
    ['subgraphs.inventory.header: expected the name', token({ header: 'x token' })],
    ['subgraphs.inventory.header: expected the name', token({ header: 'cookie' })],
    ['subgraphs.inventory.header: expected the name', token({ header: 'content-length' })],
    ["subgraphs.inventory.onFailure: expected 'error' or 'anonymous'", token({ onFailure: true })],
  ])('%s', (problem, options) => {
    const parsing = () => parse(options);
    expect(parsing).toThrow(TypeError);
    expect(parsing).toThrow(`useSubgraphTokens: ${problem}`);
  });
});
