import { expect, test } from 'vitest';
import { metricsListener } from '../../../src/cli/telemetry/prometheus-server.ts';
import { serveGateway } from '../../support/serve-gateway.ts';

test('only GET /metrics is answered', async () => {
  const listener = metricsListener((_request, response) => response.end('up 1\n'));
  const { url } = await serveGateway(listener);
  const status = async (path: string, method = 'GET') => (await fetch(new URL(path, url), { method })).status;
  const answer = await fetch(new URL('/metrics?x=1', url));
  expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
    200,
    'no-store',
    'up 1\n',
  ]);
  expect(
    await Promise.all([status('/metrics', 'POST'), status('/'), status('/metrics/'), status('/graphql')]),
  ).toEqual([405, 404, 404, 404]);
});
