import fc from 'fast-check';
import { operations, type Params } from './documents.ts';

/** The sender of a request, and its credentials. */
export type CallerKind = (typeof callers)[number] | (typeof refusedCallers)[number];

export const callers = ['ada', 'ada of acme', 'grace of acme', 'lower-case scheme', 'cookie beside'] as const;
export const refusedCallers = [
  ...([
    'none',
    'impersonated',
    'expired',
    'early',
    'pending',
    'long life',
    'wrong kid',
    'forged',
    'template token',
  ] as const),
  ...(['garbage', 'basic', 'two tokens', 'empty', 'other party', 'cookie only'] as const),
];

/** A request before it has a session token. */
export interface Ask {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The body, one character for each byte. */
  readonly body: string;
  readonly framing: 'exact' | 'chunked' | 'no length' | 'short' | 'long' | 'pieces' | 'two lengths';
  readonly caller: CallerKind;
  /** When the request brings a new session token: never after the first one of its caller, when that is 50 s old, or always. */
  readonly renewsSession: 'never' | 'when due' | 'always';
}

/** `accept` as clients and proxies send it. */
const accepts = [
  // mintgate/client and urql
  'application/graphql-response+json, application/json',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  // Apollo Client 3 and 4
  '*/*',
  'application/graphql-response+json,application/json;q=0.9',
  // Relay, graphql-request
  'application/json',
  'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
  // Apollo Router, Hive Gateway
  'application/json, application/graphql-response+json;q=0.9, multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  'application/json;q=0.1, */*',
  undefined,
];
const origins = [
  undefined,
  undefined,
  'https://app.example.com',
  'capacitor://localhost',
  'https://evil.example',
  'null',
];
const contentTypes = [
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON;charset="UTF-8"',
];

const listed = (name: string, values: readonly (string | undefined)[]) =>
  fc.constantFrom(...values).map((value): [string, string][] => (value === undefined ? [] : [[name, value]]));

/** Requests as clients send them; most are answered with status 200. */
export const plainAsks: fc.Arbitrary<Ask> = fc
  .record({
    params: operations,
    contentType: listed('content-type', contentTypes),
    accept: listed('accept', accepts),
    origin: listed('origin', origins),
    caller: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...callers) },
      fc.constantFrom(...refusedCallers),
    ),
    renewsSession: fc.constantFrom<Ask['renewsSession']>(
      'never',
      'when due',
      'when due',
      'when due',
      'always',
    ),
    style: fc.constantFrom<BodyStyle>(
      'plain',
      'plain',
      'plain',
      'spaces',
      'order',
      'escapes',
      'nulls',
      'extra',
    ),
  })
  .map(({ params, contentType, accept, origin, caller, renewsSession, style }) => ({
    ...{ method: 'POST', target: '/graphql', headers: [...contentType, ...accept, ...origin] },
    ...{ body: bodyOf(params, style), framing: 'exact', caller, renewsSession },
  }));

type BodyStyle = 'plain' | 'spaces' | 'order' | 'escapes' | 'nulls' | 'extra';

/** Returns the bytes of a text, one character for each byte. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

function bodyOf(params: Params, style: BodyStyle): string {
  const { query, variables, operationName } = params;
  switch (style) {
    case 'plain':
      return bytesOf(JSON.stringify(params));
    case 'spaces':
      return bytesOf(` ${JSON.stringify(params, null, 2)}\n`);
    case 'order':
      return bytesOf(
        JSON.stringify({ variables, query, ...('operationName' in params && { operationName }) }),
      );
    case 'escapes':
      // No word of JSON has an `o`.
      return JSON.stringify(params).replace(
        /[^ -~]|o/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    case 'nulls':
      return bytesOf(
        JSON.stringify({
          query,
          variables: Object.keys(variables ?? {}).length ? variables : null,
          operationName: operationName ?? null,
          extensions: null,
        }),
      );
    case 'extra':
      return bytesOf(JSON.stringify({ ...params, id: 'x', extensions: { a: {} }, more: [] }));
  }
}
