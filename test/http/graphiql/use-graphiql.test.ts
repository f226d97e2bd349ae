import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gatewayOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';

const world = useGateways();
const open = (gateway: TestGateway, headers: Record<string, string> = { accept: 'text/html' }) =>
  gateway.fetch(new Request(`${gatewayOrigin}/graphql`, { headers }));

test('X08 GraphiQL is not served in production', async () => {
  for (const headers of [{ accept: 'text/html' }, { accept: '*/*' }, {}]) {
    const response = await open(world.start(), headers as Record<string, string>);
    expect(response.status).toBe(405);
    expect(response.headers.get('content-type')).toContain('application/json');
  }
});

test('X08 GraphiQL is served to browsers in development, without text of the request', async () => {
  const gateway = world.start({ mode: 'development' });
  const url = `${gatewayOrigin}/graphql?query=%3Cscript%3Eintruder%3C/script%3E&variables=intruder#intruder`;
  const response = await gateway.fetch(
    new Request(url, { headers: { accept: 'text/html', 'x-y': 'intruder' } }),
  );
  expect(response.status).toBe(200);
  const html = gunzipSync(new Uint8Array(await response.arrayBuffer())).toString();
  expect(html).toContain('<title>Mintgate</title>');
  expect(html).toContain('Put it under Headers as');
  expect(html).not.toContain('intruder');
  expect(html).not.toMatch(/<script[^>]+src="https?:/);
  expect((await open(gateway, { accept: 'application/json' })).status).toBe(405);
});

test('X08 a browser at / is redirected to GraphiQL in development, and gets 404 in production', async () => {
  const headers = { accept: 'text/html' };
  const open = (mode: 'production' | 'development') =>
    world.start({ mode }).fetch(new Request(`${gatewayOrigin}/`, { headers }));
  const led = await open('development');
  expect([led.status, led.headers.get('location')]).toEqual([302, '/graphql']);
  expect((await open('production')).status).toBe(404);
});

test('X04 GraphiQL is the only answer that a browser may store, and it is revalidated', async () => {
  const gateway = world.start({ mode: 'development' });
  const page = await open(gateway);
  expect(page.headers.get('cache-control')).toBe('private, no-cache');
  expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  const again = { accept: 'text/html', 'if-none-match': page.headers.get('etag') ?? '' };
  const revalidated = await open(gateway, again);
  expect([revalidated.status, await revalidated.text()]).toEqual([304, '']);
});
