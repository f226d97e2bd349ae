import fc from 'fast-check';

/** What a header may say on the wire: anything but control characters, one byte for each character. */
export const headerValues: fc.Arbitrary<string> = fc.oneof(
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

/** Names of headers that decide something here, or might. */
const decisiveNames = [
  ...['authorization', 'accept', 'content-type', 'content-encoding', 'origin', 'sec-fetch-site'],
  ...['x-user-id', 'x-forwarded-host', 'x-http-method-override', 'accept-encoding', 'if-none-match'],
];

/** Those by which a server tells where a request ends and what becomes of the connection. */
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

/** Headers that leave alone where a request ends; none comes twice. */
export const harmlessHeaders = fc.uniqueArray(pair(decisiveNames), {
  maxLength: 4,
  selector: ([name]) => name,
});

/** Any headers, several of one name among them. */
export const anyHeaders = fc.array(pair([...decisiveNames, ...framingNames]), { maxLength: 6 });
