import { gzipSync } from 'node:zlib';
import { coprocessorPath, exchangePath, routerRequest } from './door-requests.ts';
import { graphqlHeaders, type PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';

type Odd = Pick<PlannedRequest, 'expected'> & Partial<PlannedRequest>;

const query = '{ sessionToken(template: "hasura") { jwt } }';
const posted = (body: unknown): Odd => ({ body: JSON.stringify(body), expected: 'refused' });

const exchanged = (more: Partial<PlannedRequest>): Odd => ({
  ...{ door: 'exchange', path: exchangePath, expected: 'refused' },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  ...more,
});
const asked = (more: Partial<PlannedRequest>): Odd => ({
  ...{ door: 'coprocessor', path: coprocessorPath, expected: 'refused' },
  ...more,
});

/** Malformed requests through the token exchange and the coprocessor. */
const oddOfDoors: readonly Odd[] = [
  exchanged({ method: 'GET' }),
  exchanged({ body: '' }),
  exchanged({ body: 'grant_type=password&username=a&password=b' }),
  exchanged({ body: 'grant_type=a&grant_type=b' }),
  exchanged({ body: '{}', headers: graphqlHeaders }),
  exchanged({ body: 'a=b', headers: { origin: 'https://app.example.com' } }),
  exchanged({ body: `subject_token=${'x'.repeat(100_000)}`, mayBreak: true }),
  asked({ method: 'GET' }),
  asked({ body: '{' }),
  asked({ body: '[]' }),
  asked({ body: JSON.stringify({ version: 2, stage: 'SubgraphRequest' }) }),
  asked({ body: JSON.stringify({ version: 1, stage: 'RouterRequest' }) }),
  asked({ body: JSON.stringify({ version: 1, stage: 'SubgraphRequest', serviceName: 'hasura' }) }),
  asked({ body: routerRequest('hasura', { a: 'x'.repeat(100_000) }), mayBreak: true }),
  { path: coprocessorPath, body: routerRequest('hasura', {}), expected: 'refused' },
];

/** Malformed requests, and those for health and readiness. */
const odd: readonly Odd[] = [
  { method: 'GET', path: '/graphql?query={__typename}', expected: 'refused' },
  { method: 'PUT', body: '{}', expected: 'refused' },
  { method: 'GET', path: '/', expected: 'refused' },
  { method: 'GET', path: '/webhooks/clerk', expected: 'refused' },
  { body: '', expected: 'refused' },
  { body: '{', expected: 'refused' },
  { body: 'null', expected: 'refused' },
  { body: '[]', expected: 'refused' },
  { body: Buffer.from([0xff, 0xfe, 0x00]), expected: 'refused' },
  { body: query, headers: { 'content-type': 'text/plain' }, expected: 'refused' },
  {
    body: `query=${query}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    expected: 'refused',
  },
  {
    body: gzipSync(JSON.stringify({ query })),
    headers: { ...graphqlHeaders, 'content-encoding': 'gzip' },
    expected: 'refused',
  },
  posted({}),
  posted([{ query }, { query }]),
  posted({ query: 5 }),
  posted({ query: '' }),
  posted({ query: '{ sessionToken(' }),
  posted({ query: '{ nothing }' }),
  posted({ query: '{ sessionToken { jwt } }' }),
  posted({ query: `mutation { ${'a'.repeat(50)} }` }),
  posted({ query: `{ ${'{ a '.repeat(2_000)} }` }),
  posted({ query: `{ ${Array.from({ length: 2_000 }, (_, at) => `a${at}: __typename`).join(' ')} }` }),
  posted({ query: 'query A { __typename } query B { __typename }' }),
  posted({ query: 'query($t: String!) { sessionToken(template: $t) { jwt } }', variables: { t: 5 } }),
  posted({ query: 'subscription { nothing }' }),
  { body: JSON.stringify({ query: ' '.repeat(70_000) }), expected: 'refused', mayBreak: true },
  { body: JSON.stringify({ query: 'x'.repeat(2_000_000) }), expected: 'refused', mayBreak: true },
  {
    body: JSON.stringify({ query: '{ __typename }' }),
    headers: { ...graphqlHeaders, cookie: '__session=a.b.c; __client_uat=1' },
    expected: 'refused',
  },
  ...oddOfDoors,
  { method: 'GET', path: '/health', expected: 'health' },
  { method: 'GET', path: '/ready', expected: 'readiness' },
];

export function oddRequest(random: Random): PlannedRequest {
  const { headers = graphqlHeaders, ...rest } = random.pick(odd);
  const kind = rest.expected === 'refused' ? 'malformed' : 'health and readiness';
  return { kind, method: 'POST', path: '/graphql', tokenFields: {}, headers, ...rest };
}
