import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import manifest from '../../src/client/generated/persisted-documents.json' with { type: 'json' };
import { createTokenSource, type TokenSource, type TokenSourceOptions } from '../../src/client/index.ts';
import { appOrigin, gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import { clerkCookies } from '../support/tokens.ts';
import { fakeGateway } from './fake-gateway.ts';

const world = useGateways();
const open: TokenSource[] = [];
afterEach(() => {
  for (const source of open.splice(0)) source.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Creates a source for a demo session, with a real gateway that uses no socket. */
function start(gateway: TestGateway, options: Partial<TokenSourceOptions> & { session?: string } = {}) {
  const { session = 'sess_ada', ...more } = options;
  const source = createTokenSource({
    url: `${gatewayOrigin}/graphql`,
    template: 'hasura',
    credentials: { getToken: () => world.clerk.mintSessionToken(session) },
    fetch: (url, init) => gateway.fetch(new Request(url, init)),
    ...more,
  });
  open.push(source);
  return source;
}

const claimsOf = (jwt: string | null) =>
  JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString());

describe('a token source with a real gateway', () => {
  test('returns the token of its session, from one mint', async () => {
    const source = start(world.start());
    const tokens = await Promise.all([source.getToken(), source.getToken()]);
    expect(claimsOf(tokens[0])).toMatchObject({ sub: 'user_ada' });
    expect(tokens[1]).toBe(tokens[0]);
    expect(await source.getToken()).toBe(tokens[0]);
    expect(world.mints()).toBe(1);
  });

  test('returns forced tokens six times a minute', async () => {
    const source = start(world.start());
    const tokens = new Set<string | null>();
    for (let at = 0; at < 6; at += 1) tokens.add(await source.getToken({ forceRefresh: true }));
    expect(tokens.size).toBe(6);
    const error = await source.getToken({ forceRefresh: true }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'TokenError', code: 'RATE_LIMITED' });
    expect(error.retryAfter).toBeGreaterThan(10);
    expect(tokens).toContain(await source.getToken());
  });

  test('returns the next token before the first one expires, even if the gateway returns the first one again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const source = start(world.start(), { template: 'minimal' });
    const first = await source.getToken();
    vi.setSystemTime(Date.now() + 50_000);
    expect(await source.getToken()).toBe(first);
    await expect.poll(() => source.getToken(), { timeout: 20_000 }).not.toBe(first);
    expect(world.mints()).toBe(2);
  });

  test('rejects for a session that has ended', async () => {
    const token = await world.clerk.mintSessionToken('sess_ada');
    const source = start(world.start(), { credentials: { getToken: () => token } });
    await source.getToken();
    world.clerk.controls.setSessionStatus('sess_ada', 'revoked');
    await expect(source.getToken({ forceRefresh: true })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each([
    ['ghost', 'TEMPLATE_NOT_FOUND'],
    ['unknown', 'TEMPLATE_NOT_FOUND'],
    ['reports', 'FORBIDDEN'],
    ['../hasura', 'BAD_USER_INPUT'],
  ])('rejects for the template %s with %s', async (template, code) => {
    await expect(start(world.start(), { template }).getToken()).rejects.toMatchObject({ code });
  });

  test('rejects during an outage, and returns a token after it', async () => {
    const source = start(world.start());
    world.clerk.controls.answerAlways({ status: 503 });
    await expect(source.getToken()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    world.clerk.controls.answerAlways(null);
    expect(claimsOf(await source.getToken())).toMatchObject({ sub: 'user_ada' });
  });

  test('understands a refusal by HTTP status: no session, or another media type', async () => {
    const refused = start(world.start({ requireSession: true }), {
      credentials: { getToken: () => 'a.b.c' },
    });
    await expect(refused.getToken()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const gateway = world.start();
    const fetch: typeof globalThis.fetch = (url, init) =>
      gateway.fetch(new Request(url, { ...init, headers: { 'content-type': 'text/plain' } }));
    await expect(start(gateway, { fetch }).getToken()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('works with cookies instead of a Bearer token, from an allowed origin', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const gateway = world.start({ corsOrigins: [appOrigin] });
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_ada'));
    const fetch: typeof globalThis.fetch = (url, { headers, credentials, ...init } = {}) => {
      expect(credentials).toBe('include');
      return gateway.fetch(new Request(url, { ...init, headers: { ...headers, cookie, origin: appOrigin } }));
    };
    const source = start(gateway, { credentials: 'include', fetch });
    expect(claimsOf(await source.getToken())).toMatchObject({ sub: 'user_ada' });
  });
});

test('the query of a source is the generated operation SessionToken, by its hash', async () => {
  const gateway = fakeGateway();
  gateway.latency = 0;
  await start(world.start(), { fetch: gateway.fetch }).getToken();
  const { query } = JSON.parse(String(gateway.requests[0]?.init.body));
  const hash = `sha256:${createHash('sha256').update(query).digest('hex')}`;
  expect(manifest).toHaveProperty([hash]);
  expect(query).toMatch(/^query SessionToken\(/);
});
