import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { importFrom, requestToken, startGateway } from './in-process.ts';

interface Reply {
  raw: ServerResponse<IncomingMessage>;
  hijack(): void;
}

/** The used part of an application or a scope. */
interface App {
  all(path: string, handler: (request: { raw: IncomingMessage }, reply: Reply) => void): void;
  register(plugin: (scope: App) => Promise<void>, options: { prefix: string }): void;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, body: unknown, done: (error: null) => void) => void,
  ): void;
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}

let clerk: LocalClerk;
let authorization: string;
let newApp: () => App;
beforeAll(async () => {
  ({ default: newApp } = await importFrom<{ default: () => App }>('fastify', 'fastify'));
  clerk = await startLocalClerk();
  authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
});
afterAll(() => clerk.close());

/** Passes requests for a path to the gateway, as the example does. */
function mount(scope: App, gateway: RequestListener): void {
  scope.all('/graphql', (request, reply) => {
    reply.hijack();
    gateway(request.raw, reply.raw);
  });
}

async function start(app: App): Promise<string> {
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

test('Fastify: a gateway below a prefix knows its whole path', async () => {
  const { gateway } = startGateway(clerk, { graphqlEndpoint: '/api/v1/graphql' });
  const app = newApp();
  const plugin = async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    mount(scope, gateway);
  };
  app.register(plugin, { prefix: '/api/v1' });
  const answer = await requestToken(`${await start(app)}/api/v1/graphql`, { authorization });
  expect((await readAnswer(answer)).data.sessionToken.jwt).toMatch(/^eyJ/);
});

test('Fastify: a gateway reports a body that Fastify has read', async () => {
  const { gateway, lines } = startGateway(clerk);
  const app = newApp();
  mount(app, gateway);
  const answer = await requestToken(`${await start(app)}/graphql`, { authorization });
  const { status, errors } = await readAnswer(answer);
  expect(status).toBe(500);
  expect(errors[0]?.message).toContain('has read the body of this request');
  expect(lines.join('')).toContain('has read the body of this request');
});
