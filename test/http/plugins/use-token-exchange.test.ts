import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTelemetry } from '../../../src/opentelemetry.ts';
import { tokenQuery } from '../../support/answer.ts';
import { clerkEvents, newSigningSecret, send, signWebhook } from '../../support/clerk-events.ts';
import {
  audience,
  exchange,
  exchangeForm,
  exchangeUrl,
  grantType,
  tokenExchange,
  tokenTypes,
} from '../../support/exchange.ts';
import { appOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';
import { mintEndpoint } from '../../support/mint-endpoint.ts';
import { clerkCookies, signSession } from '../../support/tokens.ts';
import { startTraces } from '../../support/traces.ts';

const world = useGateways();
const start = (options: Parameters<typeof world.start>[0] = {}) => world.start({ tokenExchange, ...options });
const sessionToken = (session = 'sess_ada') => world.clerk.mintSessionToken(session);

/** Returns the log lines of exchanges, without what differs from run to run. */
const linesOf = ({ logLines }: TestGateway) =>
  logLines
    .map((line) => JSON.parse(line))
    .filter(({ door }) => door === 'exchange')
    .filter(({ msg }) => msg === 'request')
    .map(({ time: _time, pid: _pid, hostname: _hostname, durationMs: _durationMs, ...fields }) => fields);

describe('the endpoint', () => {
  test('E01 exists only with the option', async () => {
    const form = { subject_token: await sessionToken() };
    expect((await exchange(world.start(), form)).status).toBe(404);
    expect((await exchange(start(), form)).status).toBe(200);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('E01 refuses %s with 405', async (method) => {
    const answer = await start().fetch(new Request(`${exchangeUrl}?audience=x`, { method }));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each(['/token/', '/token/x', '/TOKEN', '//token', '/x/token'])(
    'E01 is at its exact path, not at %s',
    async (path) => {
      const request = new Request(new URL(exchangeUrl).origin + path, { method: 'POST' });
      expect((await start().fetch(request)).status).toBe(404);
    },
  );
});

describe('an exchange', () => {
  test.each([
    ['a JWT', tokenTypes.jwt],
    ['an access token', tokenTypes.accessToken],
  ])('E02 of %s is answered with the token of the audience', async (_what, type) => {
    let ahead = 0;
    const gateway = start({ now: () => Date.now() + ahead });
    const form = { subject_token: await sessionToken(), subject_token_type: type };
    const { status, headers, body } = await exchange(gateway, form);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      issued_token_type: tokenTypes.accessToken,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
    });
    expect(['content-type', 'cache-control', 'pragma'].map((name) => headers.get(name))).toEqual([
      'application/json; charset=utf-8',
      'no-store',
      'no-cache',
    ]);
    const { sub, exp = 0 } = decodeJwt(body.access_token);
    expect(sub).toBe('user_ada');
    // By the clock of the gateway, like `expiresIn` in the graph.
    ahead = 10_000;
    const later = await exchange(gateway, form);
    expect(later.body.access_token).toBe(body.access_token);
    expect(Math.abs(exp - (Date.now() + ahead) / 1000 - later.body.expires_in)).toBeLessThan(2);
  });

  test('E02 has the template of its audience, whatever the names of both', async () => {
    const gateway = start({ tokenExchange: { constructor: 'nhost', hasura: 'minimal' } });
    const form = { subject_token: await sessionToken() };
    for (const [name, template] of [
      ['constructor', 'nhost'],
      ['hasura', 'minimal'],
    ])
      expect((await exchange(gateway, { ...form, audience: name })).status, template).toBe(200);
    expect(gateway.audited.map(({ template }) => template)).toEqual(['nhost', 'minimal']);
    for (const name of ['nhost', 'toString', '__proto__', 'Hasura', ' hasura'])
      expect((await exchange(gateway, { ...form, audience: name })).body.error).toBe('invalid_target');
  });

  test('E03 shares its mint with a query of the same time, and its held token with a later one', async () => {
    const gateway = start();
    const bearer = await sessionToken();
    const asking = { bearer, variables: { template: 'hasura' } };
    const release = world.clerk.controls.hang(mintEndpoint);
    const both = Promise.all([gateway.ask(tokenQuery, asking), exchange(gateway, { subject_token: bearer })]);
    await expect.poll(world.mints).toBe(1);
    release();
    const [query, exchanged] = await both;
    const later = await gateway.ask(tokenQuery, asking);
    expect(exchanged.body.access_token).toMatch(/^eyJ/);
    expect([query, later].map(({ data }) => data.sessionToken.jwt)).toEqual([
      exchanged.body.access_token,
      exchanged.body.access_token,
    ]);
    expect(world.mints()).toBe(1);
    const outcomes = gateway.audited.map(({ outcome, door }) => [outcome, door]);
    expect(outcomes).toHaveLength(3);
    expect(outcomes.filter(([outcome]) => outcome === 'minted')).toHaveLength(1);
    expect(outcomes.filter(([, door]) => door === 'exchange')).toHaveLength(1);
  });

  test('E04 is audited with its door', async () => {
    const gateway = start();
    const form = { subject_token: await sessionToken() };
    for (const name of [audience, audience, 'reports', 'ghost'])
      await exchange(gateway, { ...form, audience: name });
    const common = { door: 'exchange', sessionId: 'sess_ada', userId: 'user_ada' };
    expect(gateway.audited).toEqual([
      expect.objectContaining({ ...common, outcome: 'minted', template: 'hasura' }),
      expect.objectContaining({ ...common, outcome: 'served', template: 'hasura' }),
      expect.objectContaining({ ...common, outcome: 'refused', template: 'reports', code: 'FORBIDDEN' }),
      expect.objectContaining({ ...common, outcome: 'refused', code: 'TEMPLATE_NOT_FOUND' }),
    ]);
  });

  test('E04 counts against the limits of the session and of the user, together with queries', async () => {
    for (const limit of [{ sessionMintLimit: 1 }, { mintBudget: 3, userMintShare: 0.3 }]) {
      const gateway = start(limit);
      const subject_token = await sessionToken();
      await gateway.ask(tokenQuery, { bearer: subject_token, variables: { template: 'nhost' } });
      const { status, headers, body } = await exchange(gateway, { subject_token });
      expect([status, body.error]).toEqual([429, 'temporarily_unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test('E04 is refused for a revoked session, whose held token exists', async () => {
    const secret = newSigningSecret();
    const gateway = start({ webhookSigningSecret: secret });
    const form = { subject_token: await sessionToken() };
    expect((await exchange(gateway, form)).status).toBe(200);
    await send(gateway, signWebhook(secret, clerkEvents().session('revoked', 'sess_ada')));
    expect(await exchange(gateway, form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(gateway.audited.at(-1)).toMatchObject({
      outcome: 'refused',
      door: 'exchange',
      template: 'hasura',
    });
    expect(linesOf(gateway).at(-1)).toMatchObject({
      refusal: 'the session or its user was revoked',
      outcome: 'UNAUTHENTICATED',
    });
  });
});

describe('the caller', () => {
  test('E05 is in the form alone: cookies and Authorization have no effect', async () => {
    const gateway = start();
    const [ada, grace] = [await sessionToken(), await sessionToken('sess_grace_acme')];
    const headers = { cookie: clerkCookies(grace), authorization: `Bearer ${grace}` };
    const { body } = await exchange(gateway, { subject_token: ada }, headers);
    expect(decodeJwt(body.access_token).sub).toBe('user_ada');
    const without = await exchange(gateway, {}, { ...headers, 'sec-fetch-site': 'same-origin' });
    expect(without).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const basic = { authorization: `Basic ${btoa('inventory:x')}` };
    expect((await exchange(gateway, { subject_token: ada }, basic)).status).toBe(200);
  });

  test.each([appOrigin, 'https://evil.example', 'null', new URL(exchangeUrl).origin])(
    'E05 is not served with the Origin %s',
    async (origin) => {
      const gateway = start({ corsOrigins: [appOrigin] });
      const { status, body } = await exchange(gateway, { subject_token: await sessionToken() }, { origin });
      expect([status, body.error]).toEqual([403, 'invalid_request']);
      expect(world.requests()).toBe(0);
    },
  );

  test('E05 a preflight allows nothing to a foreign page, and gets no token', async () => {
    const gateway = start({ corsOrigins: [appOrigin] });
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await gateway.fetch(new Request(exchangeUrl, { method: 'OPTIONS', headers }));
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(['cache-control', 'pragma'].map((name) => answer.headers.get(name))).toEqual(['no-store', null]);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test.each<[string, () => Promise<string>]>([
    ['no JWT', async () => 'abc'],
    ['an expired token', () => signSession(world.clerk, { iat: 1, exp: 61 })],
    [
      'a template token',
      async () => (await exchange(start(), { subject_token: await sessionToken() })).body.access_token,
    ],
    ['a pending session', () => sessionToken('sess_grace_pending')],
    ['a tampered token', async () => (await sessionToken()).replace(/.{9}$/, 'AAAAAAAAA')],
  ])('E04 is refused with %s, for known and unknown audiences alike', async (_what, make) => {
    const subject_token = await make();
    const gateway = start();
    const before = world.mints();
    const [known, unknown] = [
      await exchange(gateway, { subject_token }),
      await exchange(gateway, { subject_token, audience: 'unknown' }),
    ];
    expect([known.status, known.body.error]).toEqual([400, 'invalid_request']);
    expect(unknown.body).toEqual(known.body);
    expect(world.mints()).toBe(before);
  });

  test('E04 is refused by the authorized parties', async () => {
    const gateway = start({ authorizedParties: [appOrigin] });
    const tokenOf = (azp: string) => world.clerk.mintSessionToken('sess_ada', { azp });
    expect((await exchange(gateway, { subject_token: await tokenOf(appOrigin) })).status).toBe(200);
    expect((await exchange(gateway, { subject_token: await tokenOf('https://x.example') })).status).toBe(400);
  });
});

describe('a refused exchange', () => {
  test.each([
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request'],
    ['another grant', { grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    ['an unknown audience', { audience: 'unknown' }, 400, 'invalid_target'],
    ['a template that Clerk does not know', { audience: 'ghost' }, 400, 'invalid_target'],
    ['a policy that refuses', { audience: 'reports' }, 400, 'invalid_request'],
  ] as const)('E07 has its error code, and is not stored: %s', async (_what, parameters, status, error) => {
    const gateway = start();
    const answer = await exchange(gateway, { subject_token: await sessionToken(), ...parameters });
    expect(answer).toMatchObject({ status, body: { error } });
    expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
    expect(['cache-control', 'pragma'].map((name) => answer.headers.get(name))).toEqual([
      'no-store',
      'no-cache',
    ]);
  });

  test('E07 is 503 with Retry-After while Clerk fails, and 500 for a fault of the gateway', async () => {
    const gateway = start();
    const form = { subject_token: await sessionToken() };
    world.clerk.controls.answerAlways({ status: 503, body: 'down' }, mintEndpoint);
    const { status, headers, body } = await exchange(gateway, form);
    expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    const misconfigured = start({ secretKey: `${world.clerk.secretKey}x` });
    world.clerk.controls.reset();
    expect(await exchange(misconfigured, form)).toMatchObject({
      status: 500,
      body: { error: 'server_error' },
    });
  });

  test.each(['gzip', 'br', 'identity, gzip'])('E06 with the content-encoding %s is 415', async (encoding) => {
    const headers = { 'content-encoding': encoding };
    const answer = await exchange(start(), { subject_token: await sessionToken() }, headers);
    expect(answer).toMatchObject({ status: 415, body: { error: 'invalid_request' } });
    expect(answer.body.error_description).toMatch(/^The body is compressed: send it uncompressed/);
    expect(world.requests()).toBe(0);
  });

  test('E06 mints nothing', async () => {
    const gateway = start();
    const subject_token = await sessionToken();
    const repeated = exchangeForm({ subject_token });
    repeated.append('audience', 'nhost');
    for (const form of [
      { scope: 'x' },
      { actor_token: subject_token },
      { requested_token_type: tokenTypes.jwt },
    ])
      expect((await exchange(gateway, { subject_token, ...form })).status).toBe(400);
    expect((await exchange(gateway, repeated)).status).toBe(400);
    expect(world.requests()).toBe(0);
  });
});

describe('what is reported', () => {
  test('E08 the log has a line with door, outcome and mints, and no value of the request', async () => {
    const gateway = start();
    const form = { subject_token: await sessionToken(), client_id: 'client-of-the-test' };
    await exchange(gateway, form);
    await exchange(gateway, { ...form, audience: 'audience-of-the-test' });
    await exchange(gateway, { ...form, scope: 'scope-of-the-test' });
    const common = { level: 30, msg: 'request', door: 'exchange' };
    expect(linesOf(gateway)).toEqual([
      { ...common, outcome: 'OK', status: 200, mints: 1 },
      { ...common, outcome: 'TEMPLATE_NOT_FOUND', status: 400, mints: 0 },
      { ...common, outcome: 'BAD_REQUEST', status: 400, mints: 0 },
    ]);
    expect(gateway.logLines.join('')).not.toMatch(/of-the-test|api\.example\.com|eyJ/);
  });

  test('E08 events and traces have its path, and no value of the request', async () => {
    const events: unknown[] = [];
    const note = (event: unknown) => void events.push(event);
    subscribe('mintgate:request', note);
    onTestFinished(() => void unsubscribe('mintgate:request', note));
    const tracing = startTraces();
    const gateway = start({ telemetry: openTelemetry(tracing) });
    const form = { subject_token: await sessionToken(), client_id: 'client-of-the-test' };
    await exchange(gateway, form);
    await exchange(gateway, { ...form, audience: 'audience-of-the-test' });
    expect(events).toEqual([
      expect.objectContaining({ route: '/token', status: 200 }),
      expect.objectContaining({ route: '/token', status: 400, code: 'TEMPLATE_NOT_FOUND' }),
    ]);
    const [request] = tracing.named('POST /token');
    const [authenticate] = tracing.named('authenticate');
    expect(authenticate?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    const reported = tracing.spans().map(({ attributes, events: inside }) => ({ attributes, inside }));
    expect(JSON.stringify([events, reported])).not.toMatch(/of-the-test|api\.example\.com|eyJ/);
  });
});

test('E09 no form gets an answer other than a token or a client error', async () => {
  const gateway = start();
  const subject_token = await sessionToken();
  const names = fc.constantFrom(
    ...['grant_type', 'subject_token', 'subject_token_type', 'audience', 'requested_token_type'],
    ...['actor_token', 'scope', 'resource', 'client_id', '__proto__', 'constructor', ''],
  );
  const values = fc.constantFrom(
    ...[grantType, subject_token, subject_token.slice(1), tokenTypes.jwt, tokenTypes.accessToken],
    ...[audience, 'reports', 'ghost', '', ' ', 'ä', '\u0000', '\ud800'],
  );
  const pairs = fc.array(fc.tuple(fc.oneof(names, fc.string()), fc.oneof(values, fc.string())), {
    maxLength: 8,
  });
  const forms = fc.oneof(
    pairs.map((list) => new URLSearchParams(list)),
    // Complete forms with one difference.
    fc.tuple(names, values).map(([name, value]) => exchangeForm({ subject_token, [name]: value })),
    fc.string({ unit: 'binary' }),
    fc.json(),
  );
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const { status, body } = await exchange(gateway, form);
      statuses.add(status);
      if (status === 200) {
        expect(body.access_token).toMatch(/^eyJ/);
        return;
      }
      expect(status).toBe(400);
      expect(body.error).toMatch(/^(?:invalid_request|invalid_target|unsupported_grant_type)$/);
      expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    }),
    { numRuns: 500, seed: 20_261_129 },
  );
  expect(statuses).toEqual(new Set([200, 400]));
  expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
