import fc from 'fast-check';
import { type Ask, bytesOf, callers, refusedCallers } from './requests.ts';

const oddAccepts = [
  ...['', ' ', 'text/html', 'text/event-stream', 'multipart/mixed', 'application/*', 'application/json;q=0'],
  ...[
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'APPLICATION/JSON',
    'application/json;charset=utf-16',
    ',',
    'x',
  ],
  ...[
    'application/graphql-response+json',
    'text/event-stream, application/json',
    'multipart/mixed, application/json',
  ],
];
const oddOrigins = [
  '',
  'https://APP.example.com',
  'https://app.example.com/',
  'https://app.example.com, null',
  '*',
];
const oddContentTypes = [
  ...[
    'text/plain',
    'application/json; charset=utf-16',
    'application/graphql',
    'application/json, text/plain',
    '',
  ],
  ...[
    'application/json;',
    'application/json ; charset = utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ],
];

/** A change of a request that makes it unusual. */
type Tweak = (ask: Ask) => Ask;

const setHeader = (name: string, value: string): [string, Tweak] => [
  `${name}: ${value}`,
  (ask) => ({ ...ask, headers: [...ask.headers.filter(([other]) => other !== name), [name, value]] }),
];
const addHeader = (name: string, value: string): [string, Tweak] => [
  `+ ${name}: ${value}`,
  (ask) => ({ ...ask, headers: [...ask.headers, [name, value]] }),
];
const editBody =
  (edit: (body: string) => string): Tweak =>
  (ask) => ({ ...ask, body: edit(ask.body) });

/** Edits the parameters of a body that is JSON. */
const editParams = (edit: (params: Record<string, unknown>) => unknown): Tweak =>
  editBody((body) => {
    try {
      return bytesOf(JSON.stringify(edit(JSON.parse(Buffer.from(body, 'latin1').toString()))));
    } catch {
      return body;
    }
  });

const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };

const headerTweaks: Record<string, Tweak> = {
  ...Object.fromEntries([
    ...[...oddAccepts, 'application/json', '*/*'].map((value) => setHeader('accept', value)),
    ...[...oddOrigins, 'https://app.example.com', 'null'].map((value) => setHeader('origin', value)),
    ...oddContentTypes.map((value) => setHeader('content-type', value)),
    ...['gzip', 'identity', ''].map((value) => addHeader('content-encoding', value)),
    ...['https://app.example.com', 'null'].map((value) => addHeader('origin', value)),
    ...['application/json', 'text/event-stream'].map((value) => addHeader('accept', value)),
    ...['text/plain', 'application/json'].map((value) => addHeader('content-type', value)),
    addHeader('access-control-request-headers', 'x-a, authorization'),
    addHeader('access-control-request-method', 'POST'),
    addHeader('access-control-request-private-network', 'true'),
    addHeader('sec-fetch-site', 'cross-site'),
    addHeader('sec-fetch-site', 'same-origin'),
    addHeader('x-forwarded-host', 'evil.example'),
    addHeader('x-forwarded-proto', 'gopher'),
    addHeader('x-http-method-override', 'GET'),
    addHeader('accept-encoding', 'gzip, br'),
    addHeader('if-none-match', '*'),
    addHeader('x-mintgate-router-secret', 'a wrong secret of more than 32 characters'),
    addHeader('apollo-require-preflight', 'true'),
    addHeader('host', 'other.example'),
    addHeader('Authorization', 'Bearer x'),
    addHeader('x-user-id', 'user_grace'),
    addHeader('range', 'bytes=0-1'),
    addHeader('te', 'trailers'),
    addHeader('expect', '100-continue'),
    addHeader('connection', 'close'),
  ]),
  'header names in capitals': (ask) => ({
    ...ask,
    headers: ask.headers.map(([name, value]) => [name.toUpperCase(), value]),
  }),
  'no first header': (ask) => ({ ...ask, headers: ask.headers.slice(1) }),
  'no last header': (ask) => ({ ...ask, headers: ask.headers.slice(0, -1) }),
  'white space around headers': (ask) => ({
    ...ask,
    headers: ask.headers.map(([name, value]) => [name, ` ${value}\t`]),
  }),
};

const bodyTweaks: Record<string, Tweak> = {
  'no body': editBody(() => ''),
  'byte order mark': editBody((body) => `\xef\xbb\xbf${body}`),
  'a space at the end': editBody((body) => `${body} `),
  'a cut body': editBody((body) => body.slice(0, -1)),
  'a name that is not UTF-8': editBody((body) => body.replace('query', 'quer\xff')),
  'a document that is not UTF-8': editBody((body) => body.replace('}', '\xff}')),
  'a long body': editBody((body) => `${body}${' '.repeat(8_192)}`),
  'a batch': editBody((body) => `[${body}]`),
  null: editBody(() => 'null'),
  'two queries': editBody((body) => body.replace('{', '{"query":"{ __typename }",')),
  'variables: []': editParams((params) => ({ ...params, variables: [] })),
  'variables: text': editParams((params) => ({ ...params, variables: 'x' })),
  'no variables': editParams(({ variables: _variables, ...params }) => params),
  'operationName: 1': editParams((params) => ({ ...params, operationName: 1 })),
  'a hash beside the query': editParams((params) => ({ ...params, extensions: { persistedQuery } })),
  'a hash in place of the query': editParams(({ query: _query, ...params }) => ({
    ...params,
    extensions: { persistedQuery },
  })),
  'documentId: doc0': editParams((params) => ({ ...params, documentId: 'doc0' })),
  'documentId: null': editParams((params) => ({ ...params, documentId: null })),
  'a subscription': editParams((params) => ({
    ...params,
    query: 'subscription { sessionToken(template: "none") { jwt } }',
  })),
  'a mutation': editParams((params) => ({ ...params, query: `mutation { a } ${params.query}` })),
  'members in reverse': editParams((params) => Object.fromEntries(Object.entries(params).reverse())),
};

const otherTweaks: Record<string, Tweak> = Object.fromEntries<Tweak>([
  ...['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].map((method): [string, Tweak] => [
    method,
    (ask) => ({ ...ask, method }),
  ]),
  ...['?x=1', '/', '?', '#a', '%20', '//'].map((end): [string, Tweak] => [
    `target ends with ${end}`,
    (ask) => ({ ...ask, target: ask.target + end }),
  ]),
  ...[
    '/GRAPHQL',
    '/health',
    '/ready',
    '/',
    '//graphql',
    '/./graphql',
    '/%67raphql',
    'http://localhost/graphql',
  ].map((target): [string, Tweak] => [`target ${target}`, (ask) => ({ ...ask, target })]),
  ...(['chunked', 'no length', 'short', 'long', 'pieces', 'two lengths'] as const).map(
    (framing): [string, Tweak] => [`framing ${framing}`, (ask) => ({ ...ask, framing })],
  ),
  ...[...callers, ...refusedCallers].map((caller): [string, Tweak] => [
    `caller ${caller}`,
    (ask) => ({ ...ask, caller }),
  ]),
  ['a new session token', (ask) => ({ ...ask, renewsSession: 'always' })],
  ['the first session token', (ask) => ({ ...ask, renewsSession: 'never' })],
]);

const tweaks: Readonly<Record<string, Tweak>> = { ...headerTweaks, ...bodyTweaks, ...otherTweaks };

/** Changes a request. @param name - one of `tweakNames` */
export function changed(ask: Ask, name: string | undefined): Ask {
  return name === undefined ? ask : (tweaks[name]?.(ask) ?? ask);
}

/** The names of changes that make a request unusual. */
export const tweakNames: fc.Arbitrary<string> = fc.oneof(
  ...[headerTweaks, bodyTweaks, otherTweaks].map((some) => fc.constantFrom(...Object.keys(some))),
);
