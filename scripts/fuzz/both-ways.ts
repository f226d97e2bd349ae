import fc from 'fast-check';
import { type Attempt, bytesOfAttempt, type Secrets } from './attempts.ts';
import { harmlessHeaders } from './headers.ts';
import { sendBytes, type WireAnswer } from './wire.ts';

/** Two gateways of equal options, of which only the first has a fast path. */
export interface Twins {
  ports: readonly [number, number];
  secrets: Secrets;
}

/** Operations that the fast path answers once it knows them. */
const knownOperations: readonly object[] = [
  { query: '{ session { id userId } sessionToken(template: "hasura") { jwt claims expiresAt expiresIn } }' },
  { query: 'query Q($a: String!) { sessionToken(template: $a) { jwt } }', variables: { a: 'hasura' } },
  {
    query:
      'query Q { a: sessionToken(template: "hasura") { ...T } __typename } fragment T on Token { jwt claims }',
  },
  {
    query:
      'query Q($y: Boolean!) { session @include(if: $y) { organizationId token(template: "hasura") { jwt } } }',
    variables: { y: true },
    operationName: 'Q',
  },
];

const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json, application/json',
  'text/event-stream',
];
const plainHeaders = fc
  .tuple(
    fc.constantFrom(...accepts),
    fc.constantFrom('https://app.example.com', 'null', 'https://evil.example'),
  )
  .map(([accept, origin]): [string, string][] => [
    ['accept', accept],
    ['origin', origin],
  ]);

const credentials = fc.constantFrom<[string, string][]>(
  [['authorization', 'Bearer {{token}}']],
  [['authorization', 'Bearer {{token}}']],
  [['authorization', 'bearer {{token}}']],
  [['authorization', 'Bearer {{token}}x']],
);

const bodies = fc
  .tuple(
    fc.constantFrom(...knownOperations).map((operation) => JSON.stringify(operation)),
    fc.option(fc.tuple(fc.nat(), fc.string({ maxLength: 3 }), fc.nat({ max: 3 })), { freq: 3 }),
  )
  .map(([text, edit]) => {
    if (edit === null) return text;
    const [at, noise, left] = edit;
    const place = at % text.length;
    return text.slice(0, place) + noise + text.slice(place + left);
  })
  .map((text) => Buffer.from(text).toString('latin1'));

/** Requests for known operations: unchanged, with unusual headers, or with an error in the body. */
const attempts: fc.Arbitrary<Attempt> = fc
  .tuple(bodies, fc.oneof({ weight: 3, arbitrary: plainHeaders }, harmlessHeaders), credentials)
  .map(([body, headers, who]) => {
    const named = new Set(headers.map(([name]) => name));
    const json: [string, string][] = named.has('content-type') ? [] : [['content-type', 'application/json']];
    const all = [
      ...json,
      ...headers,
      ...(named.has('authorization') ? [] : who),
      ['content-length', '{{length}}'],
    ];
    const lines = all.map(([name, value]) => `${name}: ${value}`);
    const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'connection: close', ...lines];
    return { kind: 'operation', wire: [...head, '', body].join('\r\n'), complete: true };
  });

/** The results of a round. */
interface TwinRound {
  /** The number of compared answers. */
  compared: number;
  failure: string | undefined;
}

/** Sends random requests for known operations to both gateways, each twice, and compares the answers. */
export async function fuzzBothWays(
  { ports, secrets }: Twins,
  { seed, runs, timeLimit }: { seed: number; runs: number; timeLimit: number },
): Promise<TwinRound> {
  let compared = 0;
  let difference = '';
  const property = fc.asyncProperty(attempts, async (attempt) => {
    const bytes = bytesOfAttempt(attempt, secrets);
    // The fast path may know a request when it comes again.
    for (let time = 0; time < 2; time += 1) {
      const answers = await Promise.all(ports.map((port) => sendBytes(port, bytes, attempt)));
      const [fast, yoga] = answers.map(comparable);
      compared += 1;
      if (fast === yoga) continue;
      difference = `the fast path answers ${fast}, Yoga ${yoga}`;
      return false;
    }
    return true;
  });
  const { failed, counterexample } = await fc.check(property, {
    seed,
    numRuns: runs,
    interruptAfterTimeLimit: timeLimit,
  });
  const input = JSON.stringify(counterexample?.[0]);
  return { compared, failure: failed ? `${difference}; seed ${seed}; input: ${input}` : undefined };
}

/** Returns an answer as text, without the values that differ between two tokens or two moments. */
function comparable({ head, body, hung }: WireAnswer): string {
  const [statusLine, ...headers] = head
    .split('\r\n')
    .filter((line) => !/^(?:date|content-length):/i.test(line));
  const values = body
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'a token')
    .replace(/("(?:jti|iat|nbf|exp|expiresIn|expiresAt)":)(?:\d+|"[^"]*")/g, '$1"a value"');
  return JSON.stringify([statusLine, headers.map((line) => line.toLowerCase()).sort(), values, hung]);
}
