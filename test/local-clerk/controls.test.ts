import { afterEach, describe, expect, test, vi } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { clerkFailure } from './clerk-failure.ts';
import { clerkClientFor, useLocalClerk } from './use-local-clerk.ts';

const MINT = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
const GET_USER = 'GET /v1/users/{user_id}';

const context = useLocalClerk();
const mint = (template = 'minimal') => context.clerk.sessions.getToken('sess_ada', template);
const getUser = () => context.clerk.users.getUser('user_ada');

afterEach(() => {
  vi.useRealTimers();
});

describe('counts', () => {
  test('requests by endpoint, until reset', async () => {
    const { controls } = context.local;
    await Promise.all([mint(), mint('hasura'), getUser()]);
    await clerkFailure(mint('nowhere'));
    expect(controls.requests(MINT)).toBe(3);
    expect(controls.requests()).toBe(4);
    expect(controls.requestCounts()).toMatchObject({ [MINT]: 3, [GET_USER]: 1, unmatched: 0 });
    const counts = controls.requestCounts();
    counts[MINT] = 100;
    expect(controls.requests(MINT)).toBe(3);
    controls.resetRequests();
    expect(controls.requests()).toBe(0);
  });
});

test('an endpoint that there is none of is refused, wherever it is named', () => {
  const { controls } = context.local;
  const wrong = 'POST /v1/session/{session_id}/tokens' as typeof MINT;
  for (const use of [
    () => controls.answerNext({ status: 500 }, wrong),
    () => controls.answerAlways({ status: 500 }, wrong),
    () => controls.latency(1, wrong),
    () => controls.hang(wrong),
    () => controls.requests(wrong),
  ]) {
    expect(use).toThrow('no endpoint "POST /v1/session/');
  }
});

describe('answers', () => {
  test('are given one for each request, in their order', async () => {
    const { controls } = context.local;
    controls.answerNext(
      [{ status: 500 }, { status: 503, body: { errors: [{ code: 'maintenance_mode' }] } }],
      MINT,
    );
    controls.answerNext({ status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }, MINT);
    expect(await clerkFailure(mint())).toMatchObject({ status: 500, code: undefined });
    expect(await clerkFailure(mint())).toMatchObject({ status: 503, code: 'maintenance_mode' });
    expect(await clerkFailure(mint())).toMatchObject({ status: 502, code: undefined });
    await expect(mint()).resolves.toHaveProperty('jwt');
  });

  test('queued for one endpoint go before those for all, and none is lost', async () => {
    const { controls } = context.local;
    controls.answerNext([{ status: 503 }, { status: 502 }]);
    controls.answerNext({ status: 500 }, MINT);
    expect(await clerkFailure(mint())).toMatchObject({ status: 500 });
    expect(await clerkFailure(mint())).toMatchObject({ status: 503 });
    expect(await clerkFailure(getUser())).toMatchObject({ status: 502 });
    await expect(mint()).resolves.toHaveProperty('jwt');
  });

  test('carry one content type, whatever the case of its name', async () => {
    const { controls, url } = context.local;
    controls.answerNext({ status: 200, body: {}, headers: { 'Content-Type': 'text/plain' } });
    expect((await fetch(`${url}/v1/jwks`)).headers.get('content-type')).toBe('text/plain');
  });

  test.each([
    ['a status that is none', { status: 99 }],
    ['no status', {} as { status: number }],
    ['a status without a body, with one', { status: 204, body: {} }],
    ['a header of two lines', { status: 200, headers: { 'x-a': 'b\nc' } }],
    ['a body that JSON cannot hold', { status: 200, body: 5n }],
  ])('that cannot be sent are refused where they are written: %s', (_what, answer) => {
    const { controls } = context.local;
    expect(() => controls.answerNext(answer)).toThrow('cannot send this answer');
    expect(() => controls.answerAlways(answer)).toThrow('cannot send this answer');
  });

  test('are as malformed as a test wants them', async () => {
    const { controls } = context.local;
    const json = { 'content-type': 'application/json' };
    controls.answerNext({ status: 200, body: '{oops', headers: json }, MINT);
    controls.answerNext({ status: 200, body: {} }, MINT);
    controls.answerNext({ status: 200, body: { object: 'token', jwt: '' } }, MINT);
    controls.answerNext(
      { status: 200, body: {}, headers: { 'content-type': 'application/json; charset=utf-8' } },
      MINT,
    );
    expect(await clerkFailure(mint())).toMatchObject({ status: undefined, code: 'unexpected_error' });
    expect(await mint()).toEqual({});
    expect(await mint()).toEqual({ jwt: '' });
    expect(await mint()).toBe('{}');
  });

  test('are given always until told otherwise, for one endpoint before all', async () => {
    const { controls } = context.local;
    controls.answerAlways({ status: 500 });
    controls.answerAlways({ status: 418 }, MINT);
    controls.answerNext({ status: 409 }, MINT);
    expect(await clerkFailure(mint())).toMatchObject({ status: 409 });
    expect(await clerkFailure(mint())).toMatchObject({ status: 418 });
    expect(await clerkFailure(getUser())).toMatchObject({ status: 500 });
    controls.answerAlways(null, MINT);
    expect(await clerkFailure(mint())).toMatchObject({ status: 500 });
    controls.answerAlways(null);
    await expect(mint()).resolves.toHaveProperty('jwt');
  });
});

describe('waiting', () => {
  test('latency holds answers back for its time', async () => {
    vi.useFakeTimers();
    context.local.controls.latency(5000, MINT);
    const headers = { authorization: `Bearer ${context.local.secretKey}` };
    const url = `${context.local.url}/v1/sessions/sess_ada/tokens/minimal`;
    const settled = vi.fn();
    const answer = context.local.fetch(new Request(url, { method: 'POST', headers })).then(settled);
    await vi.advanceTimersByTimeAsync(4999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await answer;
    expect(settled).toHaveBeenCalledOnce();
  });

  test('a hanging endpoint answers when let go, and others meanwhile', async () => {
    const { controls } = context.local;
    const letGo = controls.hang(MINT);
    const pending = [mint(), mint()];
    const settled = vi.fn();
    for (const call of pending) call.then(settled);
    await expect.poll(() => controls.requests(MINT)).toBe(2);
    await getUser();
    expect(settled).not.toHaveBeenCalled();
    letGo();
    await expect(Promise.all(pending)).resolves.toHaveLength(2);
    await mint();
  });

  test('reset() lets go of everything', async () => {
    const { controls } = context.local;
    controls.hang();
    controls.latency(60_000);
    controls.answerAlways({ status: 500 }, GET_USER);
    controls.throttle({ limit: 0, windowMs: 1000 });
    controls.setClock(0);
    const pending = mint();
    await expect.poll(() => controls.requests(MINT)).toBe(1);
    controls.reset();
    await expect(pending).resolves.toHaveProperty('jwt');
    await expect(getUser()).resolves.toHaveProperty('id');
  });

  test('reset() cuts latency short for those who wait', async () => {
    vi.useFakeTimers();
    const { controls, secretKey, url } = context.local;
    controls.latency(60_000);
    const headers = { authorization: `Bearer ${secretKey}` };
    const answer = context.local.fetch(new Request(`${url}/v1/users/user_ada`, { headers }));
    const settled = vi.fn();
    answer.then(settled);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(settled).not.toHaveBeenCalled();
    controls.reset();
    // No time passes any more.
    expect((await answer).status).toBe(200);
  });

  test('closing ends requests that hang or wait', async () => {
    const local = await startLocalClerk();
    const clerk = clerkClientFor(local);
    local.controls.latency(60_000, GET_USER);
    local.controls.hang(MINT);
    const calls = [clerk.users.getUser('user_ada'), clerk.sessions.getToken('sess_ada', 'minimal')];
    const failures = Promise.all(calls.map(clerkFailure));
    await expect.poll(() => local.controls.requests()).toBe(2);
    await local.close();
    for (const failure of await failures) expect(failure).toMatchObject({ code: 'unexpected_error' });
  });
});

test('numbers that make no sense are refused, with what was expected', () => {
  const { controls } = context.local;
  expect(() => controls.latency(Number.POSITIVE_INFINITY)).toThrow('the latency in milliseconds');
  expect(() => controls.latency(-1)).toThrow('from 0 to 2147483647');
  expect(() => controls.setClock(Number.NaN)).toThrow('the time in milliseconds');
  expect(() => controls.advanceClock(0.5)).toThrow('the time to advance in milliseconds');
  expect(() => controls.throttle({ limit: 1 } as { limit: 1; windowMs: number })).toThrow('windowMs');
  expect(() => controls.throttle({ limit: -1, windowMs: 1 })).toThrow('limit');
  expect(() => controls.throttle({ limit: 1, windowMs: 1, retryAfterSeconds: 0.5 })).toThrow(
    'retryAfterSeconds',
  );
});

describe('state', () => {
  test('sessions are made on the spot', async () => {
    const id = context.local.controls.createSession({
      userId: 'user_grace',
      organizationId: 'org_globex',
      actor: { sub: 'user_support' },
    });
    const session = await context.clerk.sessions.getSession(id);
    expect(session).toMatchObject({ lastActiveOrganizationId: 'org_globex', actor: { sub: 'user_support' } });
  });

  test('a role changes without its permissions, or with them', async () => {
    const membership = async () => {
      const { data } = await context.clerk.users.getOrganizationMembershipList({ userId: 'user_grace' });
      const found = data.find((entry) => entry.organization.id === 'org_acme');
      return { role: found?.role, permissions: found?.permissions };
    };
    context.local.controls.setRole('user_grace', 'org_acme', 'auditor');
    expect(await membership()).toEqual({ role: 'org:auditor', permissions: ['org:reports:read'] });
    context.local.controls.setRole('user_grace', 'org_acme', 'org:admin', ['invoices:pay']);
    expect(await membership()).toEqual({ role: 'org:admin', permissions: ['org:invoices:pay'] });
    expect(() => context.local.controls.setRole('user_grace', 'org_acme', 'admin', ['read'])).toThrow(
      'permission',
    );
    expect(await membership()).toEqual({ role: 'org:admin', permissions: ['org:invoices:pay'] });
  });

  test('edits to what cannot be are refused in one sentence', () => {
    const { controls } = context.local;
    const status = 'asleep' as 'ended';
    expect(() => controls.setSessionStatus('sess_ada', status)).toThrow(
      /^The local Clerk cannot use status: .*$/,
    );
    expect(() => controls.createSession({ userId: 'user_ada', status })).toThrow(
      /^The local Clerk cannot use session.status: .*$/,
    );
    expect(() => controls.setRole('user_grace', 'org_acme', 'a b')).toThrow(
      'The local Clerk cannot use role: expected a role such as org:admin',
    );
  });

  test('edits of what is not there are refused in plain words', () => {
    const { controls } = context.local;
    expect(() => controls.setSessionStatus('sess_none', 'ended')).toThrow('no session "sess_none"');
    expect(() => controls.setActiveOrganization('sess_ada', 'org_none')).toThrow(
      'no membership of user "user_ada" in organization "org_none"',
    );
    expect(() => controls.setRole('user_support', 'org_acme', 'admin')).toThrow(
      'no membership of user "user_support"',
    );
    expect(() => controls.banUser('user_none')).toThrow('no user "user_none"');
    expect(() => controls.unbanUser('user_none')).toThrow('no user "user_none"');
    expect(() => controls.createSession({ userId: 'user_none' })).toThrow('no user "user_none"');
  });
});
