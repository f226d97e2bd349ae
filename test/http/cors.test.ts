import { expect, test } from 'vitest';
import { foreignOrigins } from '../support/foreign-origins.ts';
import { appOrigin, gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';

const world = useGateways();
const json = JSON.stringify({ query: '{ session { id } }' });
const start = (mode: 'production' | 'development' = 'production') =>
  world.start({ corsOrigins: [appOrigin], mode });

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

test('X03 the preflight of an allowed origin names that origin, POST, and the requested headers', async () => {
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

test.each(foreignOrigins)(
  'X03 the origin %j gets no CORS header, in the preflight and in the answer',
  async (origin) => {
    for (const mode of ['production', 'development'] as const) {
      const gateway = start(mode);
      for (const response of [await preflight(gateway, origin), await gateway.post(json, { origin })]) {
        expect(corsHeaders(response.headers)).toEqual([]);
        expect(response.headers.get('vary')).toContain('Origin');
      }
    }
  },
);

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
