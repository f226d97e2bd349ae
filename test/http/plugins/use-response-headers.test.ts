import { describe, expect, test } from 'vitest';
import { appOrigin, gatewayOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';
import { mintEndpoint } from '../../support/mint-endpoint.ts';
import { clerkCookies } from '../../support/tokens.ts';

const world = useGateways({ bothWays: true });
const token = JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' });
const get = (gateway: TestGateway, path: string, init: RequestInit = {}) =>
  gateway.fetch(new Request(gatewayOrigin + path, init));
const authorization = async () => ({
  authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
});
const start = () => world.start({ corsOrigins: [appOrigin] });

describe('X04 each kind of answer', () => {
  test.each<[string, number, () => Promise<Response>]>([
    ['a token', 200, async () => start().post(token, await authorization())],
    [
      'a token as an event stream',
      200,
      async () => start().post(token, { ...(await authorization()), accept: 'text/event-stream' }),
    ],
    [
      'a token in parts',
      200,
      async () => start().post(token, { ...(await authorization()), accept: 'multipart/mixed' }),
    ],
    ['an error of a field', 200, async () => start().post(token)],
    ['a document that is not valid', 200, async () => start().post('{"query":"{ nothing }"}')],
    ['a body that is not JSON', 400, async () => start().post('{')],
    ['another media type', 415, async () => start().post(token, { 'content-type': 'text/plain' })],
    ['a body that is too large', 413, async () => world.start({ maxBodyBytes: 10 }).post(token)],
    ['a foreign cookie POST', 403, async () => start().post(token, { cookie: clerkCookies('a.b.c') })],
    ['a token in development', 200, async () => world.start({ mode: 'development' }).post(token)],
    [
      'keys out of reach where a session is required',
      503,
      async () => {
        world.clerk.controls.answerAlways({ status: 500 }, 'GET /v1/jwks');
        return world.startWithoutJwtKey({ requireSession: true }).post(token, await authorization());
      },
    ],
    ['a GET', 405, async () => get(start(), '/graphql')],
    ['an unknown path', 404, async () => get(start(), '/nowhere')],
    [
      'an answer that the client does not accept',
      406,
      async () => start().post(token, { accept: 'text/html' }),
    ],
    [
      'a preflight',
      204,
      async () => get(start(), '/graphql', { method: 'OPTIONS', headers: { origin: appOrigin } }),
    ],
    ['health', 200, async () => get(start(), '/health')],
    ['readiness', 200, async () => get(start(), '/ready')],
    ['a POST to health', 405, async () => get(start(), '/health', { method: 'POST' })],
    [
      'a required session that is missing',
      401,
      async () => world.start({ requireSession: true }).post(token),
    ],
    [
      'throttling',
      200,
      async () => {
        world.clerk.controls.answerNext({ status: 429, headers: { 'retry-after': '3' } }, mintEndpoint);
        return start().post(token, await authorization());
      },
    ],
    [
      'a fault of the gateway',
      500,
      async () => {
        const authenticate = () => {
          throw new Error('broken');
        };
        return world.start({ requireSession: true, authenticate }).post(token);
      },
    ],
  ])('X04 %s (%i) must not be stored or sniffed, and has Vary', async (_what, status, answer) => {
    const response = await answer();
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const vary = response.headers.get('vary')?.split(', ') ?? [];
    expect(vary.toSorted()).toEqual(['Accept', 'Authorization', 'Cookie', 'Origin', 'Sec-Fetch-Site']);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.has('allow')).toBe(status === 405);
  });

  test('X08 a POST gets no page, even if it accepts HTML', async () => {
    const headers = { accept: 'text/html, application/json' };
    const response = await world.start({ mode: 'development' }).post(token, headers);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });
});
