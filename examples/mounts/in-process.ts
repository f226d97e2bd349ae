import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type ClerkAuth,
  createGateway,
  createLogger,
  type Gateway,
  type GatewayOptions,
} from '../../src/index.ts';
import type { LocalClerk } from '../../src/local-clerk/index.ts';

/** Imports an installed package of an example. */
export async function importFrom<Module>(example: string, name: string): Promise<Module> {
  const { resolve } = createRequire(new URL(`../${example}/package.json`, import.meta.url));
  return import(pathToFileURL(resolve(name)).href);
}

/** The auth function of a host, with the parameters of its SDK. */
export type GetAuth = (request: unknown) => ClerkAuth;

/** Creates a gateway like those of the examples, and records its log. It is disposed after the test. */
export function startGateway(clerk: LocalClerk, options: Partial<GatewayOptions> = {}) {
  const lines: string[] = [];
  const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
  const gateway: Gateway = createGateway({
    ...{ secretKey, publishableKey, jwtKey, apiUrl },
    authorizedParties: 'any',
    templates: ['hasura'],
    logger: createLogger({ destination: { write: (line) => lines.push(line) } }),
    ...options,
  });
  onTestFinished(() => gateway.dispose());
  return { gateway, lines };
}

/** Serves a host on a free port until the end of the test. @returns its origin */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Requests a token. */
export function requestToken(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }),
  });
}
