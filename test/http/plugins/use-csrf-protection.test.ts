import { expect, test, vi } from 'vitest';
import { foreignOrigins } from '../../support/foreign-origins.ts';
import { appOrigin, useGateways } from '../../support/gateway.ts';
import { clerkCookies, signSession } from '../../support/tokens.ts';

const world = useGateways({ bothWays: true });
const json = JSON.stringify({ query: '{ session { id } }' });
const start = () => world.start({ corsOrigins: [appOrigin] });
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

test.each(foreignOrigins)('A21 a cookie POST from the origin %j is refused with 403', async (origin) => {
  expect(await statusWith({ origin })).toBe(403);
});

test.each(['same-site', 'cross-site', 'none', 'Same-Origin', 'same-origin, cross-site', ''])(
  'A21 a cookie POST with Sec-Fetch-Site: %s is refused with 403',
  async (site) => {
    expect(await statusWith({ 'sec-fetch-site': site })).toBe(403);
  },
);

test('A21 a Referer does not prove the origin', async () => {
  expect(await statusWith({ referer: `${appOrigin}/page` })).toBe(403);
});

test('A21 a cookie POST from an allowed or the same origin is accepted', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  for (const headers of [{ origin: appOrigin }, { 'sec-fetch-site': 'same-origin' }]) {
    const response = await start().post(json, { cookie: await cookie(), ...headers });
    expect(await response.json()).toEqual({ data: { session: { id: 'sess_ada' } } });
  }
});

test('A21 a suffixed session cookie needs the same proof', async () => {
  const token = await signSession(world.clerk);
  expect((await start().post(json, { cookie: `__session_AbC-1_2=${token}` })).status).toBe(403);
  expect((await start().post(json, { cookie: `a=b;__session=${token}` })).status).toBe(403);
});

test('A21 a request with a Bearer token or without credentials needs no origin', async () => {
  const bearer = await world.clerk.mintSessionToken('sess_ada');
  const headers = {
    authorization: `Bearer ${bearer}`,
    cookie: await cookie(),
    origin: 'https://evil.example',
  };
  expect((await start().post(json, headers)).status).toBe(200);
  expect((await start().post(json, { origin: 'https://evil.example' })).status).toBe(200);
});
