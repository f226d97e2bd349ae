import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { askHasura, useMintAnswers } from '../support/mint-answers.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { nowSeconds } from '../support/tokens.ts';

const world = useGateways();
const { answerMint } = useMintAnswers(world);

const ray = { 'cf-ray': `${'8a'.repeat(8)}-FRA` };
const trace = 'a0'.repeat(16);
const gone = { code: 'resource_not_found', message: 'Session not found' };
const unknown = { code: 'resource_not_found', message: 'JWT template not found' };

/** Answers of proxies between the gateway and Clerk, by their bodies. */
const foreign: [string, Omit<ForcedAnswer, 'status'>][] = [
  ['a page', { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } }],
  ['a page that says what Clerk would', { body: JSON.stringify({ errors: [gone], clerk_trace_id: trace }) }],
  ['nothing', {}],
  ['JSON that is cut off', { body: '{"errors":[{"code"', headers: { 'content-type': 'application/json' } }],
  ['the JSON of a gateway', { body: { message: 'Unauthorized' } }],
  ['the errors of a GraphQL server', { body: { errors: [{ message: 'Session not found' }] } }],
  ['no errors', { body: { errors: [], clerk_trace_id: trace } }],
  ['errors of text', { body: { errors: ['Session not found'], clerk_trace_id: trace } }],
  ['errors that are not a list', { body: { errors: 'Session not found', clerk_trace_id: trace } }],
  ['a list of null', { body: { errors: [null], clerk_trace_id: trace } }],
  ['a number as code', { body: { errors: [{ ...gone, code: 10_000 }], clerk_trace_id: trace } }],
  ['an empty code', { body: { errors: [{ ...gone, code: '' }], clerk_trace_id: trace } }],
  ['a second error without a code', { body: { errors: [gone, { message: 'x' }], clerk_trace_id: trace } }],
  ['a code and no trace id', { body: { errors: [gone] } }],
  ['a code and the trace id null', { body: { errors: [gone], clerk_trace_id: null } }],
  ['a code and a number as trace id', { body: { errors: [gone], clerk_trace_id: 5 } }],
  ['a code and an empty trace id', { body: { errors: [gone], clerk_trace_id: '' } }],
  ['the word template, and no trace id', { body: { errors: [unknown] } }],
];

const statuses = [400, 401, 403, 404, 422];
const answers = foreign.flatMap(([what, answer]) =>
  statuses.map((status): [number, string, ForcedAnswer] => {
    const headers = { ...answer.headers, ...ray };
    return [status, what, { status, ...answer, headers }];
  }),
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowSeconds() * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ready = async (gateway: TestGateway) =>
  (await gateway.fetch(new Request('https://tokens.example.com/ready'))).status;

const ask = (gateway: TestGateway, session: string, template: string) =>
  gateway.ask(tokenQuery, { session, variables: { template } });

function passTime(seconds: number) {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe("an answer that is not Clerk's", () => {
  test.each(answers)(
    'M14 %i with %s is UPSTREAM_UNAVAILABLE, the held token is kept and nothing is cached',
    async (_status, _what, answer) => {
      const gateway = world.start();
      const held = (await ask(gateway, 'sess_ada', 'firebase')).data.sessionToken.jwt;
      // Past the hard point, so that the request waits for a mint.
      passTime(61);
      world.clerk.controls.answerAlways(answer, mintEndpoint);
      expect((await ask(gateway, 'sess_ada', 'minimal')).codes).toEqual(['UPSTREAM_UNAVAILABLE']);
      const served = await ask(gateway, 'sess_ada', 'firebase');
      expect([served.codes, served.data.sessionToken?.jwt]).toEqual([[], held]);

      world.clerk.controls.answerAlways(null, mintEndpoint);
      expect((await ask(gateway, 'sess_ada', 'minimal')).codes).toEqual([]);
      expect((await ask(gateway, 'sess_ada', 'short')).codes).toEqual([]);
      expect(gateway.audited.map(({ code }) => code)).not.toContain('UNAUTHENTICATED');
    },
  );

  test.each([500, 502, 503])('M14 %i with a page keeps the held token', async (status) => {
    const gateway = world.start();
    const held = (await ask(gateway, 'sess_ada', 'firebase')).data.sessionToken.jwt;
    passTime(61);
    world.clerk.controls.answerAlways({ status, body: '<html>', headers: ray }, mintEndpoint);
    expect((await ask(gateway, 'sess_ada', 'firebase')).data.sessionToken.jwt).toBe(held);
  });

  test('M14 429 with a page throttles too: the held token is kept, and other callers get its Retry-After', async () => {
    const gateway = world.start();
    const held = (await ask(gateway, 'sess_ada', 'firebase')).data.sessionToken.jwt;
    passTime(61);
    const headers = { ...ray, 'content-type': 'text/html', 'retry-after': '7' };
    world.clerk.controls.answerAlways({ status: 429, body: '<html>', headers }, mintEndpoint);
    expect((await ask(gateway, 'sess_ada', 'firebase')).data.sessionToken.jwt).toBe(held);
    const other = await ask(gateway, 'sess_grace_acme', 'minimal');
    expect([other.codes, other.headers.get('retry-after')]).toEqual([['RATE_LIMITED'], '7']);
  });

  test('M14 a held token is not served beyond its stale bound, whatever a proxy answers', async () => {
    const gateway = world.start();
    await ask(gateway, 'sess_ada', 'firebase');
    world.clerk.controls.answerAlways({ status: 401, headers: ray }, mintEndpoint);
    passTime(299);
    expect((await ask(gateway, 'sess_ada', 'firebase')).codes).toEqual([]);
    passTime(2);
    expect((await ask(gateway, 'sess_ada', 'firebase')).codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe("an answer with Clerk's own body", () => {
  test.each([
    [401, 'unauthorized_action_for_session', 'no', 'UNAUTHENTICATED'],
    [404, 'resource_not_found', 'Session not found', 'UNAUTHENTICATED'],
    [422, 'session_invalid', 'no', 'UNAUTHENTICATED'],
    [404, 'resource_not_found', 'JWT template not found', 'TEMPLATE_NOT_FOUND'],
  ])('M14 counts beside the header cf-ray, too: %i %s, %s', async (status, clerkCode, message, code) => {
    const gateway = world.start();
    const held = await ask(gateway, 'sess_ada', 'hasura');
    answerMint({ status, body: clerkErrorBody(clerkCode, message), headers: ray });
    const fresh = '{ sessionToken(template: "hasura", fresh: true) { jwt } }';
    expect((await gateway.ask(fresh, { session: 'sess_ada' })).codes).toEqual([code]);
    // The held token is dropped, and the refusal is cached.
    expect([held.codes, (await ask(gateway, 'sess_ada', 'hasura')).codes]).toEqual([[], [code]]);
  });
});

describe('the secret key', () => {
  const refuse = () => answerMint({ status: 401, body: clerkErrorBody('clerk_key_invalid', 'no') });

  test.each(answers.filter(([status]) => status === 401 || status === 404))(
    'M14 the known state of the secret key does not change after %i with %s',
    async (_status, _what, answer) => {
      const accepted = world.start();
      await askHasura(accepted);
      const refused = world.start();
      refuse();
      await askHasura(refused);
      world.clerk.controls.answerAlways(answer, mintEndpoint);
      for (const gateway of [accepted, refused]) await ask(gateway, 'sess_ada', 'minimal');
      expect([await ready(accepted), await ready(refused)]).toEqual([200, 503]);
    },
  );

  test("M14 an error with Clerk's own body shows that the secret key is accepted", async () => {
    const gateway = world.start();
    refuse();
    await askHasura(gateway);
    expect(await ready(gateway)).toBe(503);
    answerMint({ status: 404, body: clerkErrorBody('resource_not_found', 'JWT template not found') });
    await askHasura(gateway);
    expect(await ready(gateway)).toBe(200);
  });
});
