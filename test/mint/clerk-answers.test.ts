import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ForcedAnswer } from '../../src/local-clerk/index.ts';
import { tokenQuery } from '../support/answer.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { startDeadServer } from '../support/dead-server.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { askHasura, errorLines, fullQuery, useMintAnswers } from '../support/mint-answers.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { signSession } from '../support/tokens.ts';

const world = useGateways();
const { answerMint } = useMintAnswers(world);

afterEach(() => {
  vi.useRealTimers();
});

describe("the gateway's own key", () => {
  const ready = async (gateway: TestGateway) => {
    const response = await gateway.fetch(new Request('https://tokens.example.com/ready'));
    return { status: response.status, body: await response.json() };
  };

  test('M04 a refused secret key is masked for the caller, logged as an error, and fails readiness', async () => {
    const wrongKey = ['sk', 'test', 'wrong'.repeat(5)].join('_');
    const gateway = world.start({ secretKey: wrongKey });
    const { codes, errors, text } = await askHasura(gateway);
    expect([codes, errors[0]?.message]).toEqual([['INTERNAL_SERVER_ERROR'], 'Unexpected error.']);
    expect(text).not.toMatch(/key/i);
    expect(errorLines(gateway)).toMatchObject([{ msg: expect.stringContaining('CLERK_SECRET_KEY') }]);
    expect(errorLines(gateway)[0].clerkTraceId).toMatch(/^[0-9a-f]{32}$/);
    expect(gateway.logLines.join('')).not.toContain(wrongKey);
    expect(await ready(gateway)).toEqual({
      status: 503,
      body: {
        status: 'not ready',
        notReadyReasons: [
          'Clerk refuses the secret key: check CLERK_SECRET_KEY against Clerk Dashboard: Configure, API keys',
        ],
      },
    });
  });

  test.each(['clerk_key_invalid', 'authentication_invalid', 'authorization_header_format_invalid'])(
    'M04 after the refusal %s the first minted token makes the gateway ready again',
    async (code) => {
      const gateway = world.start();
      answerMint({ status: 401, body: { errors: [{ code, message: 'no' }] } });
      expect((await askHasura(gateway)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect((await ready(gateway)).status).toBe(503);
      expect((await askHasura(gateway)).errors).toEqual([]);
      expect((await ready(gateway)).status).toBe(200);
    },
  );

  test('M04 readiness finds a refused key before the first token request, with or without jwtKey', async () => {
    const wrongKey = ['sk', 'test', 'wrong'.repeat(5)].join('_');
    for (const gateway of [
      world.start({ secretKey: wrongKey }),
      world.startWithoutJwtKey({ secretKey: wrongKey }),
    ]) {
      expect((await ready(gateway)).status).toBe(503);
    }
  });

  test('M04 a refusal ends with another answer of Clerk, and after 10 s', async () => {
    let now = Date.now();
    const gateway = world.start({ now: () => now });
    const refuse = () =>
      answerMint({ status: 401, body: { errors: [{ code: 'clerk_key_invalid', message: 'no' }] } });
    refuse();
    await askHasura(gateway);
    expect((await ready(gateway)).status).toBe(503);
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'ghost' } });
    expect((await ready(gateway)).status).toBe(200);

    refuse();
    await askHasura(gateway);
    expect((await ready(gateway)).status).toBe(503);
    now += 10_000;
    expect((await ready(gateway)).status).toBe(200);
  });

  test('M04 an unreachable Clerk is not a refusal of the key', async () => {
    world.clerk.controls.answerAlways({ status: 503 });
    expect((await ready(world.start())).status).toBe(200);
  });

  test('M04 an unreachable Clerk does not end a refusal, and readiness calls it once in 10 s', async () => {
    let now = Date.now();
    const gateway = world.start({ now: () => now });
    answerMint({ status: 401, body: { errors: [{ code: 'clerk_key_invalid', message: 'no' }] } });
    await askHasura(gateway);
    world.clerk.controls.answerAlways({ status: 500, body: '', headers: { 'content-type': 'text/html' } });
    await askHasura(gateway);
    now += 10_000;
    world.clerk.controls.resetRequests();
    for (let at = 0; at < 3; at += 1) expect((await ready(gateway)).status).toBe(503);
    expect(world.requests()).toBe(1);
    // After a clock jump back the refusal must still end.
    now -= 3_600_000;
    world.clerk.controls.answerAlways(null);
    expect((await ready(gateway)).status).toBe(200);
  });

  test('M04 once Clerk has accepted the key, readiness makes no further calls', async () => {
    let now = Date.now();
    const gateway = world.start({ now: () => now });
    await askHasura(gateway);
    now += 3_600_000;
    world.clerk.controls.resetRequests();
    expect((await ready(gateway)).status).toBe(200);
    expect(world.requests()).toBe(0);
  });
});

describe('sessions and templates that are gone', () => {
  test('M05 an unknown session and an unknown template are distinguished', async () => {
    const gateway = world.start();
    const bearer = await signSession(world.clerk, { sid: 'sess_nowhere' });
    const session = await gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } });
    expect(session.codes).toEqual(['UNAUTHENTICATED']);
    const template = await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'ghost' } });
    expect(template.codes).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(gateway.audited.map(({ reason }) => reason)).toEqual([
      'Clerk says that the session has ended (status 404)',
      'unknown to Clerk',
    ]);
    for (const { clerkTraceId } of gateway.audited) expect(clerkTraceId).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    clerkErrorBody('resource_not_found', 'URL not found'),
    { errors: [{ code: 'resource_not_found', message: 'URL not found' }] },
    { errors: [] },
    'Not found',
  ])('M05 a 404 about something else (%j) is UPSTREAM_UNAVAILABLE', async (body) => {
    const gateway = world.start();
    answerMint({ status: 404, body });
    expect((await askHasura(gateway)).codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('M06 a session that was revoked after its session token was signed is UNAUTHENTICATED', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    world.clerk.controls.setSessionStatus('sess_ada', 'revoked');
    const { codes, data } = await gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } });
    expect([codes, data]).toEqual([['UNAUTHENTICATED'], { sessionToken: null }]);
    expect(world.mints()).toBe(1);
  });

  test.each([
    [401, clerkErrorBody('unauthorized_action_for_session', 'no')],
    [404, clerkErrorBody('resource_not_found', 'Session not found')],
    [422, clerkErrorBody('session_invalid', 'no')],
  ])('M06 the status %i for the session is UNAUTHENTICATED', async (status, body) => {
    const gateway = world.start();
    answerMint({ status, body });
    const { codes, errors } = await askHasura(gateway);
    expect([codes, errors[0]?.message]).toEqual([['UNAUTHENTICATED'], 'A valid Clerk session is required.']);
  });
});

describe('an outage of Clerk', () => {
  test.each<[string, ForcedAnswer]>([
    ['500', { status: 500, body: { errors: [{ code: 'internal_clerk_error', message: 'oops' }] } }],
    ['502 in HTML', { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }],
    [
      '503 for maintenance',
      { status: 503, body: { errors: [{ code: 'maintenance_mode', message: 'soon' }] } },
    ],
    ['403', { status: 403, body: { errors: [{ code: 'forbidden', message: 'no' }] } }],
    ['400', { status: 400, body: { errors: [{ code: 'bad', message: 'no' }] } }],
  ])("M08 %s on every call is UPSTREAM_UNAVAILABLE, without Clerk's message", async (_what, answer) => {
    const gateway = world.start();
    world.clerk.controls.answerAlways(answer, mintEndpoint);
    const { codes, errors, data } = await askHasura(gateway);
    expect([codes, data]).toEqual([['UPSTREAM_UNAVAILABLE'], { sessionToken: null }]);
    expect(errors[0]?.message).toBe(
      'Clerk could not be reached or did not answer properly. Try again later.',
    );
  });

  test("M08 UPSTREAM_UNAVAILABLE carries Clerk's Retry-After, at most 60 s", async () => {
    const gateway = world.start();
    const answerAfter = async (headers: Record<string, string>) => {
      world.clerk.controls.answerAlways(
        { status: 503, body: { errors: [{ code: 'maintenance_mode' }] }, headers },
        mintEndpoint,
      );
      const answer = await askHasura(gateway);
      expect(answer.codes).toEqual(['UPSTREAM_UNAVAILABLE']);
      return [answer.errors[0]?.extensions?.retryAfter, answer.headers.get('retry-after')];
    };
    expect(await answerAfter({ 'retry-after': '9' })).toEqual([9, '9']);
    expect(await answerAfter({ 'retry-after': '99999' })).toEqual([60, '60']);
    expect(await answerAfter({})).toEqual([undefined, null]);
  });

  test('M08 a Clerk that closes the connection is UPSTREAM_UNAVAILABLE', async () => {
    const gateway = world.start({ apiUrl: await startDeadServer() });
    expect((await askHasura(gateway)).codes).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('M09 while Clerk accepts connections and never answers, every waiter gets its error at the deadline', async () => {
    const gateway = world.start({ deadline: 100 });
    const release = world.clerk.controls.hang(mintEndpoint);
    const answers = await Promise.all(Array.from({ length: 20 }, () => askHasura(gateway)));
    expect(answers.map(({ codes }) => codes)).toEqual(
      Array.from({ length: 20 }, () => ['UPSTREAM_UNAVAILABLE']),
    );
    // The request and its call to Clerk time out within a millisecond of each other: either reason may come first.
    expect(gateway.audited.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 20 }, () =>
        expect.stringMatching(/^no (?:token|answer from Clerk) within the deadline$/),
      ),
    );
    await gateway.dispose();
    release();
  });
});

describe('Clerk throttling', () => {
  const date = new Date(Date.now() + 7_000).toUTCString();
  test.each<[string, Record<string, string>, number]>([
    ['Retry-After: 7', { 'retry-after': '7' }, 7],
    ['a date as Retry-After', { 'retry-after': date }, 10],
    ['no Retry-After', {}, 10],
    ['Retry-After: 99999', { 'retry-after': '99999' }, 60],
    ['Retry-After: 0', { 'retry-after': '0' }, 1],
    ['a negative Retry-After', { 'retry-after': '-5' }, 1],
    ['Retry-After: soon', { 'retry-after': 'soon' }, 10],
    ['an empty Retry-After', { 'retry-after': '' }, 10],
  ])('M10 429 with %s is RATE_LIMITED', async (_what, headers, expected) => {
    const gateway = world.start();
    const body = { errors: [{ code: 'too_many_requests', message: 'slow down' }] };
    answerMint({ status: 429, body, headers });
    const answer = await askHasura(gateway);
    expect(answer.codes).toEqual(['RATE_LIMITED']);
    expect(answer.errors[0]?.extensions?.retryAfter).toBe(expected);
    expect(answer.headers.get('retry-after')).toBe(String(expected));
    expect(answer.text).not.toContain('slow down');
  });

  test("M10 an answer of Clerk's own rate limit is RATE_LIMITED with its Retry-After", async () => {
    const gateway = world.start();
    world.clerk.controls.setRateLimit({ limit: 1, windowMs: 10_000, retryAfterSeconds: 5 });
    expect((await askHasura(gateway)).errors).toEqual([]);
    const answer = await gateway.ask(fullQuery, { session: 'sess_ada', variables: { template: 'minimal' } });
    expect([answer.codes, answer.headers.get('retry-after')]).toEqual([['RATE_LIMITED'], '5']);
  });
});
