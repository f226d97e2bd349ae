import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClerkAuth, clerkAuth } from '../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { type GetAuth, importFrom, startGateway } from './in-process.ts';

let clerk: LocalClerk;
let authorization: string;
beforeAll(async () => {
  clerk = await startLocalClerk();
  authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
});
afterAll(() => clerk.close());

/** Sends a request to a gateway in a host without Clerk's middleware. */
async function askWithout(getAuth: (host: unknown) => ClerkAuth, host: object) {
  const { gateway } = startGateway(clerk, { authenticate: clerkAuth(getAuth) });
  const request = new Request('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }),
  });
  const { codes, errors } = await readAnswer(await gateway.fetch(request, host));
  return [codes, errors[0]?.message];
}

const expected = [['INTERNAL_SERVER_ERROR'], expect.stringContaining("Check that Clerk's middleware")];

test("Fastify without Clerk's plugin names the missing plugin", async () => {
  const { getAuth } = await importFrom<{ getAuth: GetAuth }>('fastify', '@clerk/fastify');
  const { default: Fastify } = await importFrom<{ default: () => FastifyApp }>('fastify', 'fastify');
  const app = Fastify();
  app.get('/', async (request) => askWithout(getAuth, request as object));
  const { payload } = await app.inject('/');
  expect(JSON.parse(payload)).toEqual(expected);
  await app.close();
});

interface FastifyApp {
  get(path: string, handler: (request: unknown) => Promise<unknown>): void;
  inject(path: string): Promise<{ payload: string }>;
  close(): Promise<void>;
}

test("Hono without Clerk's middleware names the missing middleware", async () => {
  const { getAuth } = await importFrom<{ getAuth: GetAuth }>('hono', '@clerk/hono');
  const { Hono } = await importFrom<{ Hono: new () => HonoApp }>('hono', 'hono');
  const app = new Hono();
  app.get('/', async (c) => c.json(await askWithout((context) => getAuth(context), c)));
  expect(await (await app.request('/')).json()).toEqual(expected);
});

interface HonoContext {
  json(value: unknown): Response;
}

interface HonoApp {
  get(path: string, handler: (c: HonoContext) => Promise<Response>): void;
  request(path: string): Promise<Response>;
}

test("Clerk's old SDK for Node.js without its middleware names the missing middleware", async () => {
  const getAuth = (host: unknown) => (host as { req: { auth: ClerkAuth } }).req.auth;
  expect(await askWithout(getAuth, { req: {} })).toEqual(expected);
});
