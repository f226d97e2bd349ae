import fc from 'fast-check';

/** Values of headers: any characters of one byte, except control characters. */
const headerValues: fc.Arbitrary<string> = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  }),
  fc.constantFrom(
    'Bearer {{token}}',
    'bearer {{token}} {{token}}',
    'Basic {{token}}',
    '{{token}}',
    '{{key}}',
  ),
  fc.constantFrom(
    '*/*',
    'application/json',
    'text/event-stream',
    'multipart/mixed',
    'application/graphql-response+json',
  ),
  fc.constantFrom(
    'null',
    'https://app.example.com',
    'same-origin',
    'gzip',
    '0',
    '-1',
    '5',
    '99999999',
    '1e9',
  ),
);

const cookies = headerValues.map((value) => {
  const plain = value.replace(/[;,]/g, '');
  return `__session=${plain}; __client_uat=${plain}; __clerk_handshake=${plain}`;
});

/** Names of headers that the gateway or a library reads. */
const decisiveNames = [
  ...['authorization', 'accept', 'content-type', 'content-encoding', 'origin', 'sec-fetch-site'],
  ...['x-user-id', 'x-forwarded-host', 'x-http-method-override', 'accept-encoding', 'if-none-match'],
];

/** Names of headers that decide where a request ends and whether the connection stays open. */
const framingNames = [
  'content-length',
  'transfer-encoding',
  'host',
  'connection',
  'expect',
  'upgrade',
  'trailer',
];

const pair = (names: readonly string[]) =>
  fc.oneof(fc.tuple(fc.constantFrom(...names), headerValues), fc.tuple(fc.constant('cookie'), cookies));

/** Headers that do not change where a request ends, each at most once. */
export const harmlessHeaders = fc.uniqueArray(pair(decisiveNames), {
  maxLength: 4,
  selector: ([name]) => name,
});

/** Any headers, also several of one name. */
export const anyHeaders = fc.array(pair([...decisiveNames, ...framingNames]), { maxLength: 6 });
