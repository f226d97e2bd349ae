import { describe, expect, test, vi } from 'vitest';
import { appOrigin, gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import { clerkCookies, signSession } from '../support/tokens.ts';

const world = useGateways();
const json = JSON.stringify({ query: '{ session { id } }' });
const start = (mode: 'production' | 'development' = 'production') =>
  world.start({ corsOrigins: [appOrigin], mode });

const foreign = [
  'https://evil.example',
  'null',
  'http://app.example.com',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://sub.app.example.com',
  'https://app.example.com:444',
  'https://app.example.com/',
  'HTTPS://APP.EXAMPLE.COM',
  '*',
  '',
];

const corsHeaders = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

function preflight(gateway: TestGateway, origin: string) {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-other',
  };
  return gateway.fetch(new Request(`${gatewayOrigin}/graphql`, { method: 'OPTIONS', headers }));
}

describe('CORS', () => {
  test('X03 the preflight of an allowed origin names that origin, POST, and the headers that were asked for', async () => {
    const response = await preflight(start(), appOrigin);
    expect(response.status).toBe(204);
    expect(
      Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-'))),
    ).toEqual({
      'access-control-allow-origin': appOrigin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,content-type,x-other',
      'access-control-expose-headers': 'retry-after',
      'access-control-max-age': '600',
    });
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test.each(foreign)('X03 the origin %j gets no CORS header, before and after', async (origin) => {
    for (const mode of ['production', 'development'] as const) {
      const gateway = start(mode);
      for (const response of [await preflight(gateway, origin), await gateway.post(json, { origin })]) {
        expect(corsHeaders(response.headers)).toEqual([]);
        expect(response.headers.get('vary')).toContain('Origin');
      }
    }
  });

  test.each([{}, { corsOrigins: [appOrigin, 'https://other.example.com'] }])(
    'X03 with %j a foreign origin gets no CORS header either',
    async (options) => {
      const gateway = world.start(options);
      for (const origin of ['https://evil.example', 'null']) {
        expect(corsHeaders((await preflight(gateway, origin)).headers)).toEqual([]);
      }
    },
  );

  test('X03 an allowed origin reads answers and refusals alike', async () => {
    const gateway = start();
    const answers = [
      await gateway.post(json, { origin: appOrigin }),
      await gateway.post('{', { origin: appOrigin }),
      await gateway.post(json, { origin: appOrigin, 'content-type': 'text/plain' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 415]);
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe(appOrigin);
  });

  test.each([
    '*',
    'https://*.example.com',
    'https://app.example.com/',
    'app.example.com',
    'null',
    'file:///x',
    '',
  ])('X03 the configured origin %j is refused at construction', (origin) => {
    expect(() => world.start({ corsOrigins: [origin] })).toThrow(TypeError);
    expect(() => world.start({ corsOrigins: [origin] })).toThrow(/corsOrigins\.0: expected an exact origin/);
  });
});

describe('CSRF', () => {
  const cookie = async () =>
    clerkCookies(await signSession(world.clerk, { azp: appOrigin, iss: world.clerk.issuer }));
  const statusWith = async (headers: Record<string, string>) =>
    (await start().post(json, { cookie: await cookie(), ...headers })).status;

  test('A21 a cookie POST without Origin is refused with 403', async () => {
    const response = await start().post(json, { cookie: await cookie() });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(world.requests()).toBe(0);
  });

  test.each(foreign)('A21 a cookie POST from the origin %j is refused with 403', async (origin) => {
    expect(await statusWith({ origin })).toBe(403);
  });

  test.each(['same-site', 'cross-site', 'none', 'Same-Origin', 'same-origin, cross-site', ''])(
    'A21 a cookie POST with Sec-Fetch-Site: %s is refused with 403',
    async (site) => {
      expect(await statusWith({ 'sec-fetch-site': site })).toBe(403);
    },
  );

  test('A21 a Referer proves nothing', async () => {
    expect(await statusWith({ referer: `${appOrigin}/page` })).toBe(403);
  });

  test('A21 a cookie POST from an allowed origin, or from the own page, is accepted', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    for (const headers of [{ origin: appOrigin }, { 'sec-fetch-site': 'same-origin' }]) {
      const response = await start().post(json, { cookie: await cookie(), ...headers });
      expect(await response.json()).toEqual({ data: { session: { id: 'sess_ada' } } });
    }
  });

  test('A21 a suffixed session cookie is held to the same', async () => {
    const token = await signSession(world.clerk);
    expect((await start().post(json, { cookie: `__session_AbC-1_2=${token}` })).status).toBe(403);
    expect((await start().post(json, { cookie: `a=b;__session=${token}` })).status).toBe(403);
  });

  test('A21 a Bearer token needs no origin, and a request without credentials neither', async () => {
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    const headers = {
      authorization: `Bearer ${bearer}`,
      cookie: await cookie(),
      origin: 'https://evil.example',
    };
    expect((await start().post(json, headers)).status).toBe(200);
    expect((await start().post(json, { origin: 'https://evil.example' })).status).toBe(200);
  });
});
