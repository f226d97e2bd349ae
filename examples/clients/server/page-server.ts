import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { LocalClerk } from '../../../src/local-clerk/index.ts';
import { isLoopbackAuthority } from '../../../src/runtime/loopback.ts';
import { answerService } from './service.ts';

interface PageServerOptions {
  clerk: LocalClerk;
  /** The scripts of the page. */
  script: string;
  /** The URL of the gateway. */
  gatewayUrl: () => string;
  /** The templates to choose from. */
  templates: readonly string[];
  /** Ends a session at Clerk, and sends Clerk's webhook to the gateway. */
  revoke: (sessionId: string) => Promise<void>;
}

const pageFile = (name: string) => readFile(new URL(`../page/${name}`, import.meta.url));

/**
 * Creates the server of the page. `/dev/` stands in for Clerk's frontend API, which signs users in, and for Clerk's dashboard; `/service` is a
 * service that needs the template token.
 */
export function pageServer(options: PageServerOptions): RequestListener {
  return (request, response) => {
    answer(options, request, response).catch(() => send(response, 500, 'text/plain', 'It failed.'));
  };
}

async function answer(options: PageServerOptions, request: IncomingMessage, response: ServerResponse) {
  const { clerk, script, gatewayUrl, templates, revoke } = options;
  const { method, headers, url = '/' } = request;
  if (!isLoopbackAuthority(headers.host ?? '')) return send(response, 421, 'text/plain', 'Loopback only.');
  const path = url.replace(/\?.*/, '');
  if (method === 'GET') {
    if (path === '/') return send(response, 200, 'text/html', await pageFile('index.html'));
    if (path === '/style.css') return send(response, 200, 'text/css', await pageFile('style.css'));
    if (path === '/main.js') return send(response, 200, 'text/javascript', script);
    if (path === '/dev/world') {
      const sessions = clerk.sessions().map(({ id, label }) => ({ id, label }));
      const world = { gatewayUrl: gatewayUrl(), sessions, templates };
      return send(response, 200, 'application/json', JSON.stringify(world));
    }
  }
  // Refuses requests from pages of other servers.
  if (method === 'POST' && (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin') {
    if (path === '/service') return answerService(clerk.jwtKey, request, response);
    const [, id, what] = /^\/dev\/sessions\/(\w+)\/(token|revoke)$/.exec(path) ?? [];
    if (id && what === 'token') {
      const azp = headers.origin;
      const token = await clerk.mintSessionToken(id, azp ? { azp } : {}).catch(() => undefined);
      return token
        ? send(response, 200, 'text/plain', token)
        : send(response, 401, 'text/plain', 'The session has ended.');
    }
    if (id && what === 'revoke') {
      await revoke(id);
      return send(response, 204, 'text/plain', '');
    }
  }
  return send(response, 404, 'text/plain', 'Not found.');
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(body);
}
