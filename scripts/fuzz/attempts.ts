import fc from 'fast-check';
import { parameters } from './documents.ts';
import { anyHeaders, harmlessHeaders } from './headers.ts';

/** Data that a client sends, with placeholders for tokens and keys, so that a reported failure contains no secret. */
export interface Attempt {
  kind: 'operation' | 'body' | 'headers' | 'size' | 'bytes';
  /** The bytes on the wire, one character for each byte. */
  wire: string;
  /** Whether the request is complete, so that the server must answer. */
  complete: boolean;
}

const json: [string, string] = ['content-type', 'application/json'];

function request(target: string, headers: readonly (readonly [string, string])[], body: string): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`POST ${target} HTTP/1.1`, 'host: localhost', 'connection: close', ...lines, '', body].join('\r\n');
}

/** Builds a request with a body. Its `content-length` includes the values of the placeholders. */
function withBody(headers: readonly (readonly [string, string])[], body: string): string {
  return request('/graphql', [...headers, ['content-length', '{{length}}']], body);
}

/** Returns the UTF-8 bytes of a text, one character for each byte. */
const bytesOf = (text: string) => Buffer.from(text).toString('latin1');

const credentials = fc.constantFrom<[string, string][]>(
  [],
  [['authorization', 'Bearer {{token}}']],
  [
    ['cookie', '__session={{token}}; __client_uat=1'],
    ['sec-fetch-site', 'same-origin'],
  ],
);

// The server refuses a larger body before it is read, and the connection reset may then discard the answer.
const isWithinLimit = (body: string) => body.length < 60_000;

const operations = fc.tuple(parameters, credentials).map(([params, who]): Attempt => {
  const body = bytesOf(JSON.stringify(params));
  return { kind: 'operation', wire: withBody([json, ...who], body), complete: isWithinLimit(body) };
});

const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const bodies = fc
  .tuple(
    fc.oneof(
      noise,
      fc.json().map(bytesOf),
      fc.array(parameters, { maxLength: 12 }).map((list) => bytesOf(JSON.stringify(list))),
      fc.tuple(parameters, fc.nat()).map(([params, at]) => {
        const text = bytesOf(JSON.stringify(params));
        return text.slice(0, at % text.length);
      }),
    ),
    credentials,
  )
  .map(
    ([body, who]): Attempt => ({
      kind: 'body',
      wire: withBody([json, ...who], body),
      complete: isWithinLimit(body),
    }),
  );

const goodBody = '{"query":"{ session { id } sessionToken(template: \\"hasura\\") { jwt claims } }"}';

const headers = fc.oneof(
  harmlessHeaders.map(
    (some): Attempt => ({
      kind: 'headers',
      wire: withBody(some.some(([name]) => name === 'content-type') ? some : [json, ...some], goodBody),
      complete: true,
    }),
  ),
  anyHeaders.map(
    (some): Attempt => ({
      kind: 'headers',
      wire: withBody([json, ...some], goodBody),
      complete: false,
    }),
  ),
);

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map(
    (count): Attempt => ({
      kind: 'size',
      wire: withBody(
        [json, ...Array.from({ length: count }, (_, at): [string, string] => [`x-${at}`, 'y'])],
        goodBody,
      ),
      complete: false,
    }),
  ),
  fc.integer({ min: 0, max: 1_200_000 }).map(
    (bytes): Attempt => ({
      kind: 'size',
      wire: withBody([json], goodBody.padEnd(bytes)),
      complete: false,
    }),
  ),
  fc.integer({ min: 0, max: 40_000 }).map(
    (bytes): Attempt => ({
      kind: 'size',
      wire: withBody([json, ['authorization', `Bearer ${'a'.repeat(bytes)}`]], goodBody),
      complete: false,
    }),
  ),
);

const goodRequest = withBody([json, ['authorization', 'Bearer {{token}}']], goodBody);

const bytes = fc
  .oneof(
    noise,
    fc.tuple(fc.nat(), noise, fc.nat({ max: 200 })).map(([at, other, left]) => {
      const place = at % goodRequest.length;
      return goodRequest.slice(0, place) + other + goodRequest.slice(place + left);
    }),
    fc.nat().map((at) => goodRequest.slice(0, at % goodRequest.length)),
    fc.nat({ max: 20 }).map((count) => goodRequest.replace('connection: close\r\n', '').repeat(count + 1)),
  )
  .map((wire): Attempt => ({ kind: 'bytes', wire, complete: false }));

/** All kinds of attempts. */
export const attempts: fc.Arbitrary<Attempt> = fc.oneof(
  { weight: 6, arbitrary: operations },
  { weight: 3, arbitrary: bodies },
  { weight: 4, arbitrary: headers },
  { weight: 1, arbitrary: sizes },
  { weight: 2, arbitrary: bytes },
);

/** The values of the placeholders. */
export interface Secrets {
  token: string;
  key: string;
}

/** Returns the bytes of an attempt, with the placeholders replaced. */
export function bytesOfAttempt({ wire }: Attempt, { token, key }: Secrets): Buffer {
  const filled = wire.replaceAll('{{token}}', token).replaceAll('{{key}}', key);
  const parts = filled.split('\r\n\r\n');
  const length = parts.slice(1).join('\r\n\r\n').length;
  return Buffer.from(filled.replace('{{length}}', String(length)), 'latin1');
}
