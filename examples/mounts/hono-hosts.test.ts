import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { importFrom, requestToken, serve, startGateway } from './in-process.ts';

interface HonoContext {
  req: { raw: Request; json(): Promise<unknown> };
}

type Handler = (c: HonoContext, next: () => Promise<void>) => unknown;

interface HonoApp {
  use(handler: Handler): HonoApp;
  all(path: string, handler: Handler): HonoApp;
  route(path: string, app: HonoApp): HonoApp;
  fetch: unknown;
}

let clerk: LocalClerk;
let authorization: string;
let Hono: new () => HonoApp;
let getRequestListener: (fetch: unknown) => RequestListener;
beforeAll(async () => {
  ({ Hono } = await importFrom<{ Hono: typeof Hono }>('hono', 'hono'));
  const server = await importFrom<{ getRequestListener: typeof getRequestListener }>(
    'hono',
    '@hono/node-server',
  );
  ({ getRequestListener } = server);
  clerk = await startLocalClerk();
  authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
});
afterAll(() => clerk.close());

test('Hono: a gateway in an application below a path knows its whole path', async () => {
  const { gateway } = startGateway(clerk, { graphqlEndpoint: '/api/v1/graphql' });
  const api = new Hono().all('/graphql', (c) => gateway.fetch(c.req.raw, c));
  const origin = await serve(getRequestListener(new Hono().route('/api/v1', api).fetch));
  const answer = await requestToken(`${origin}/api/v1/graphql`, { authorization });
  expect((await readAnswer(answer)).data.sessionToken.jwt).toMatch(/^eyJ/);
});

test('Hono: a gateway reports a body that a middleware has read', async () => {
  const { gateway, lines } = startGateway(clerk);
  const app = new Hono();
  app.use(async (c, next) => {
    await c.req.json();
    await next();
  });
  app.all('/graphql', (c) => gateway.fetch(c.req.raw, c));
  const origin = await serve(getRequestListener(app.fetch));
  const { status, errors } = await readAnswer(await requestToken(`${origin}/graphql`, { authorization }));
  expect(status).toBe(500);
  expect(errors[0]?.message).toContain('has read the body of this request');
  expect(lines.join('')).toContain('has read the body of this request');
});
