import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Caller } from '../../src/auth/caller.ts';
import { createFastPath, maxPlainLength, type PlainRequest } from '../../src/http/fast-path.ts';
import type { Deliverable } from '../../src/mint/mint-token.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';
import type { TokenRequest } from '../../src/mint/token-request.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { aCaller } from '../support/engine.ts';

const now = Date.UTC(2026, 2, 1, 12);
const query = 'query Token { a: sessionToken(template: "a") { jwt } b: sessionToken(template: "b") { jwt } }';
const text = JSON.stringify({ query });
const learntHeaders = { 'content-type': 'application/json; charset=utf-8' };

/** Creates a fast path whose caller and tokens can be replaced. */
function start(options: { held?: string[]; caller?: Caller | undefined; isRevoked?: boolean } = {}) {
  const { held = ['a', 'b'], isRevoked = false } = options;
  const caller = 'caller' in options ? options.caller : aCaller();
  const counts = { fastPath: 0, yoga: 0 };
  const logged: unknown[][] = [];
  const delivered: string[] = [];
  const requests: TokenRequest[] = [];
  const write = (...line: unknown[]) => void logged.push(line);
  const findDeliverable = (request: TokenRequest): Deliverable | undefined => {
    requests.push(request);
    const { template } = request;
    const token: MintedToken = {
      jwt: `jwt.of.${template}`,
      claims: {},
      issuedAt: 0,
      expiresAt: now / 1000 + 60,
    };
    return held.includes(template) ? { token, deliver: () => void delivered.push(template) } : undefined;
  };
  const fastPath = createFastPath({
    findCaller: () => caller,
    isRevoked: () => isRevoked,
    ...{
      findDeliverable,
      counts,
      now: () => now,
      reporter: createReporter(),
      graphqlEndpoint: '/graphql',
      namesOperations: false,
    },
    log: { debug: write, info: write, warn: write, error: write },
  });
  return { fastPath, counts, logged, delivered, requests };
}

const noHeader = () => undefined;

const request = (more: Partial<PlainRequest> = {}): PlainRequest => ({
  ...{ authorization: 'Bearer x', accept: '*/*', origin: '', scheme: 'http', text },
  ...{ startedAt: monotonicNow(), waitUntil: undefined, ...more },
});

/** Teaches an operation, and waits until it is prepared. */
async function learn(
  { fastPath }: ReturnType<typeof start>,
  more: Partial<PlainRequest> = {},
  document = parse(query),
): Promise<void> {
  fastPath.learn(request(more), { document, operationName: null, variables: {} }, 'Token', learntHeaders);
  await new Promise(setImmediate);
}

test('X22 a known operation is answered, counted and logged, and its tokens are delivered in their order', async () => {
  const world = start();
  await learn(world);
  const answer = world.fastPath.answer(request(), noHeader);
  expect(answer).toMatchObject({
    headers: learntHeaders,
    body: '{"data":{"a":{"jwt":"jwt.of.a"},"b":{"jwt":"jwt.of.b"}}}',
  });
  expect([world.counts, world.delivered]).toEqual([{ fastPath: 1, yoga: 0 }, ['a', 'b']]);
  const fields = { operation: 'Token', outcome: 'OK', status: 200, mints: 0, refusal: undefined };
  expect(world.logged).toEqual([[{ ...fields, durationMs: expect.any(Number) }, 'graphql']]);
});

test('X22 tokens are found as for Yoga: from the cache, with the start and the waitUntil of the request', async () => {
  const world = start();
  await learn(world);
  const waitUntil = () => {};
  world.fastPath.answer(request({ startedAt: 5, waitUntil }), noHeader);
  expect(world.requests).toMatchObject(
    ['a', 'b'].map((template) => ({ template, mode: 'cached', startedAt: 5, waitUntil })),
  );
});

test.each<[string, Parameters<typeof start>[0], Partial<PlainRequest>]>([
  ['another text, if only by a space', {}, { text: `${text} ` }],
  ['another accept', {}, { accept: 'application/json' }],
  ['another origin', {}, { origin: 'https://app.example.com' }],
  ['accept and origin that join to the same text', {}, { accept: '*/*\n', origin: '' }],
  ['a caller that is not known', { caller: undefined }, {}],
  ['a revoked caller', { isRevoked: true }, {}],
  ['one token that is not held', { held: ['a'] }, {}],
])('X22 a request with %s is left to Yoga without an effect', async (_what, options, more) => {
  const world = start(options);
  await learn(world);
  expect(world.fastPath.answer(request(more), noHeader)).toBeUndefined();
  expect([world.counts.fastPath, world.delivered, world.logged]).toEqual([0, [], []]);
});

test('X22 a request is left to Yoga when finding its caller throws', async () => {
  const counts = { fastPath: 0, yoga: 0 };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  let isFaulty = false;
  const fastPath = createFastPath({
    findCaller: () => {
      if (isFaulty) throw new Error('a bug');
      return aCaller();
    },
    ...{ isRevoked: () => false, findDeliverable: () => undefined, counts, log, now: () => now },
    ...{ reporter: createReporter(), graphqlEndpoint: '/graphql', namesOperations: false },
  });
  fastPath.learn(
    request(),
    { document: parse('{ __typename }'), operationName: null, variables: {} },
    undefined,
    {},
  );
  await new Promise(setImmediate);
  isFaulty = true;
  expect(fastPath.answer(request(), noHeader)).toBeUndefined();
  expect(counts.fastPath).toBe(0);
});

test.each<[string, Partial<PlainRequest>, string]>([
  ['whose text is too long', { text: 'x'.repeat(maxPlainLength + 1) }, query],
  ['whose headers are too long', { accept: 'x'.repeat(501) }, query],
  ['that cannot be prepared', {}, '{ sessionToken(template: "a", fresh: true) { jwt } }'],
  [
    'T10 with eleven templates',
    {},
    `{ ${Array.from({ length: 11 }, (_, at) => `a${at}: sessionToken(template: "t${at}") { jwt }`).join(' ')} }`,
  ],
])('an operation %s is not learnt', async (_what, more, document) => {
  const world = start({ held: Array.from({ length: 11 }, (_, at) => `t${at}`) });
  await learn(world, more, parse(document));
  expect(world.fastPath.answer(request(more), noHeader)).toBeUndefined();
});

test('the texts of known operations are bounded: old ones are forgotten', async () => {
  const world = start();
  for (let at = 0; at < 80; at += 1) await learn(world, { text: `${text}${String(at).padStart(8_000)}` });
  expect(world.fastPath.answer(request({ text: `${text}${'0'.padStart(8_000)}` }), noHeader)).toBeUndefined();
  expect(world.fastPath.answer(request({ text: `${text}${'79'.padStart(8_000)}` }), noHeader)).toBeDefined();
});

test('a request without a caller teaches nothing: others must not fill the tables', async () => {
  const world = start({ caller: undefined });
  await learn(world);
  const withCaller = start();
  await learn(withCaller);
  expect(
    [world, withCaller].map(({ fastPath }) => fastPath.answer(request(), noHeader) !== undefined),
  ).toEqual([false, true]);
  expect(world.requests).toEqual([]);
});

test('an operation counts with the length of its answer, too', async () => {
  const world = start();
  const names = Array.from({ length: 60 }, (_, at) => `n${at}`);
  // Fragments make the answer many times as long as the body.
  const long = `{ ${names.map((name) => `${name}: session { ...F }`).join(' ')} }
    fragment F on Session { ${names
      .slice(0, 20)
      .map((name) => `${name}${'x'.repeat(200)}: __typename`)
      .join(' ')} }`;
  await learn(world);
  for (let at = 0; at < 3; at += 1) await learn(world, { text: `${text} ${at}` }, parse(long));
  // Another body, so that the first one is looked up, not compared with the last.
  world.fastPath.answer(request({ text: `${text} 2` }), noHeader);
  expect(world.fastPath.answer(request(), noHeader)).toBeUndefined();
});
