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

/** Imports what an example has installed. */
export async function importFrom<Module>(example: string, name: string): Promise<Module> {
  const { resolve } = createRequire(new URL(`../${example}/package.json`, import.meta.url));
  return import(pathToFileURL(resolve(name)).href);
}

/** A host's auth function that takes whatever its SDK takes. */
export type GetAuth = (request: unknown) => ClerkAuth;

/** A gateway as the examples have it, and what it logs, until the test is over. */
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

/** Serves a host on a free port until the test is over. @returns its origin */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks for a token. */
export function askForToken(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }),
  });
}
