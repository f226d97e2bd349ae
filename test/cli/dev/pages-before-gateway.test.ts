import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pagesBeforeGateway } from '../../../src/cli/dev/pages-before-gateway.ts';
import { useDevApp } from './use-dev-app.ts';

const dev = useDevApp();

test.each([
  ['GET', '/', 'text/html', 'pages'],
  ['GET', '/graphql?session=sess_ada', 'text/html', 'pages'],
  ['POST', '/dev/sessions/sess_ada/token', '*/*', 'pages'],
  ['POST', '/graphql', 'application/json', 'gateway'],
  ['GET', '/graphql', 'application/json', 'gateway'],
  ['GET', '/health', 'text/html', 'gateway'],
])('%s %s with accept: %s is answered by the %s', async (method, path, accept, expected) => {
  const listener = pagesBeforeGateway(dev.app, (_request, response) => response.end('gateway'));
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const response = await fetch(url, { method, headers: { accept } });
  expect(response.status).toBe(200);
  expect((await response.text()) === 'gateway' ? 'gateway' : 'pages').toBe(expected);
});
