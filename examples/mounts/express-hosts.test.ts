import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkAuth } from '../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { readAnswer } from '../../test/support/answer.ts';
import { clerkEvents, newSigningSecret, signWebhook } from '../../test/support/clerk-events.ts';
import { type GetAuth, importFrom, requestToken, serve, startGateway } from './in-process.ts';

/** The used part of an application or a router. */
interface Host extends RequestListener {
  use(...handlers: unknown[]): Host;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): Host;
}

/** Receives the bytes of a body before it is parsed. */
type Keep = (request: object, response: unknown, bytes: Uint8Array) => void;

interface Express {
  (): Host;
  Router(): Host;
  json(options?: { limit?: string; verify?: Keep }): unknown;
  urlencoded(options: { extended: boolean }): unknown;
}

let clerk: LocalClerk;
let authorization: string;
beforeAll(async () => {
  clerk = await startLocalClerk();
  authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
});
afterAll(() => clerk.close());

describe.each([
  ['Express 5', 'express'],
  ['Express 4', 'express-4'],
])('in %s', (_name, example) => {
  let express: Express;
  let clerkMiddleware: (options: object) => unknown;
  let getAuth: GetAuth;
  beforeAll(async () => {
    ({ default: express } = await importFrom<{ default: Express }>(example, 'express'));
    const sdk = await importFrom<{ clerkMiddleware: typeof clerkMiddleware; getAuth: GetAuth }>(
      example,
      '@clerk/express',
    );
    ({ clerkMiddleware, getAuth } = sdk);
  });

  const authenticate = clerkAuth<{ req: unknown }>(({ req }) => getAuth(req));
  const middleware = () => {
    const { secretKey, publishableKey, jwtKey, url: apiUrl } = clerk;
    return clerkMiddleware({ secretKey, publishableKey, jwtKey, apiUrl });
  };

  test('a gateway without clerkMiddleware names the missing middleware', async () => {
    const { gateway, lines } = startGateway(clerk, { authenticate });
    const origin = await serve(express().use('/graphql', gateway));
    const { status, codes, errors } = await readAnswer(
      await requestToken(`${origin}/graphql`, { authorization }),
    );
    expect([status, codes]).toEqual([200, ['INTERNAL_SERVER_ERROR']]);
    expect(errors[0]?.message).toContain(
      "Check that Clerk's middleware (clerkMiddleware) runs before the gateway",
    );
    expect(lines.join('')).toContain(errors[0]?.message);
  });

  test('a gateway without `authenticate` verifies requests itself', async () => {
    const { gateway } = startGateway(clerk);
    const origin = await serve(express().use('/graphql', gateway));
    const { data } = await readAnswer(await requestToken(`${origin}/graphql`, { authorization }));
    expect(data.sessionToken.jwt).toMatch(/^eyJ/);
    expect((await readAnswer(await requestToken(`${origin}/graphql`))).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('a gateway in a router knows its whole path', async () => {
    const { gateway } = startGateway(clerk, { authenticate, graphqlEndpoint: '/api/v1/graphql' });
    const router = express.Router().use(middleware()).use('/graphql', gateway);
    const origin = await serve(express().use(express.json()).use('/api/v1', router));
    const { data } = await readAnswer(await requestToken(`${origin}/api/v1/graphql`, { authorization }));
    expect(data.sessionToken.jwt).toMatch(/^eyJ/);
    expect((await requestToken(`${origin}/graphql`)).status).toBe(404);
  });

  test('a gateway for all paths answers all remaining paths, including /health and /ready', async () => {
    const { gateway } = startGateway(clerk);
    const app = express().get('/', (_request, response) => void response.send('mine'));
    const origin = await serve(app.use(gateway));
    expect(await (await fetch(origin)).text()).toBe('mine');
    expect((await fetch(`${origin}/ready`)).status).toBe(200);
    expect(await (await fetch(`${origin}/other`)).json()).toEqual({
      error: 'Not found.',
      hint: expect.stringMatching(/^GraphQL is at POST \/graphql\. .* set graphqlEndpoint /),
    });
  });

  test.each([
    ['the gateway, which reads it', 70_000, undefined, /json/],
    ['the gateway, after Express has read it', 70_000, {}, /json/],
    ['Express, above its own limit of 100 kB', 150_000, {}, /html/],
    ['the gateway, when the limit of Express is higher', 150_000, { limit: '1mb' }, /json/],
  ] as const)('a body that is too large is refused by %s', async (_by, size, parser, contentType) => {
    const { gateway } = startGateway(clerk);
    const app = express();
    if (parser) app.use(express.json(parser));
    const answer = await fetch(`${await serve(app.use('/graphql', gateway))}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ session { id } } #${'x'.repeat(size)}` }),
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toMatch(contentType);
  });

  test('a gateway after clerkMiddleware reads the body if no parser has read it', async () => {
    const { gateway } = startGateway(clerk, { authenticate });
    const origin = await serve(express().use(middleware()).use('/graphql', gateway));
    const { data } = await readAnswer(await requestToken(`${origin}/graphql`, { authorization }));
    expect(data.sessionToken.jwt).toMatch(/^eyJ/);
  });

  test('a form is not accepted as GraphQL, even if a parser made an object of it', async () => {
    const { gateway } = startGateway(clerk);
    const app = express().use(express.urlencoded({ extended: false }), gateway);
    const answer = await fetch(`${await serve(app)}/graphql`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ query: '{ session { id } }' }),
    });
    expect(answer.status).toBe(415);
  });

  test('webhooks are accepted before a body parser; after it, only if the parser keeps the bytes', async () => {
    const webhookSigningSecret = newSigningSecret();
    const { gateway, lines } = startGateway(clerk, { webhookSigningSecret });
    const deliver = async (app: Host) => {
      const { body, headers } = signWebhook(
        webhookSigningSecret,
        clerkEvents().session('revoked', 'sess_unknown'),
      );
      return (await fetch(`${await serve(app)}/webhooks/clerk`, { method: 'POST', body, headers })).status;
    };
    expect(await deliver(express().use('/webhooks/clerk', gateway).use(express.json()))).toBe(200);
    expect(await deliver(express().use(express.json(), gateway))).toBe(500);
    const verify: Keep = (request, _response, rawBody) => void Object.assign(request, { rawBody });
    expect(await deliver(express().use(express.json({ verify }), gateway))).toBe(200);
    expect(lines.join('')).toContain('mount the gateway before the body parser');
  });
});
