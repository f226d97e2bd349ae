import { gzipSync } from 'node:zlib';
import { type Ask, graphqlHeaders } from './ask.ts';
import type { Random } from './random.ts';

type Odd = Pick<Ask, 'expected'> & Partial<Ask>;

const query = '{ sessionToken(template: "hasura") { jwt } }';
const asked = (body: unknown): Odd => ({ body: JSON.stringify(body), expected: 'refused' });

/** Requests that no client of ours makes, and some that only operators make. */
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
  asked({}),
  asked([{ query }, { query }]),
  asked({ query: 5 }),
  asked({ query: '' }),
  asked({ query: '{ sessionToken(' }),
  asked({ query: '{ nothing }' }),
  asked({ query: '{ sessionToken { jwt } }' }),
  asked({ query: `mutation { ${'a'.repeat(50)} }` }),
  asked({ query: `{ ${'{ a '.repeat(2_000)} }` }),
  asked({ query: `{ ${Array.from({ length: 2_000 }, (_, at) => `a${at}: __typename`).join(' ')} }` }),
  asked({ query: 'query A { __typename } query B { __typename }' }),
  asked({ query: 'query($t: String!) { sessionToken(template: $t) { jwt } }', variables: { t: 5 } }),
  asked({ query: 'subscription { nothing }' }),
  { body: JSON.stringify({ query: ' '.repeat(70_000) }), expected: 'refused', mayBreak: true },
  { body: JSON.stringify({ query: 'x'.repeat(2_000_000) }), expected: 'refused', mayBreak: true },
  {
    body: JSON.stringify({ query: '{ __typename }' }),
    headers: { ...graphqlHeaders, cookie: '__session=a.b.c; __client_uat=1' },
    expected: 'refused',
  },
  { method: 'GET', path: '/health', expected: 'health' },
  { method: 'GET', path: '/ready', expected: 'readiness' },
];

export function oddAsk(random: Random): Ask {
  const { headers = graphqlHeaders, ...rest } = random.pick(odd);
  const kind = rest.expected === 'refused' ? 'malformed' : 'health and readiness';
  return { kind, method: 'POST', path: '/graphql', wanted: {}, headers, ...rest };
}
