import { afterAll, beforeAll, describe } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { allowOrigin, testAllowedOrigin } from './allowed-origin.ts';
import { copyExample } from './example-copy.ts';
import { type ExampleProcess, startExample } from './example-process.ts';
import { describeMissingMiddleware } from './missing-middleware.ts';
import type { RunningMount } from './mount-suite.ts';

const hosts: { name: string; example: string; file?: string; script?: string; middleware?: string }[] = [
  { name: 'Express 5', example: 'express', middleware: 'app.use(clerkMiddleware());' },
  { name: 'Express 4', example: 'express-4', middleware: 'app.use(clerkMiddleware());' },
  {
    name: 'ClerkExpressWithAuth',
    example: 'express-sdk-node',
    file: 'with-auth.ts',
    middleware: 'ClerkExpressWithAuth(), ',
  },
  {
    name: 'ClerkExpressRequireAuth',
    example: 'express-sdk-node',
    file: 'require-auth.ts',
    script: 'start:require-auth',
  },
  { name: 'Fastify 5', example: 'fastify', middleware: 'app.register(clerkPlugin);' },
  {
    name: 'Hono 4',
    example: 'hono',
    middleware: 'app.use(clerkMiddleware(CLERK_JWT_KEY ? { jwtKey: CLERK_JWT_KEY } : {}));',
  },
  { name: 'node:http', example: 'node' },
];

for (const { name, example, file = 'server.ts', script = 'start', middleware } of hosts) {
  describe(`${name}, called from another origin`, () => {
    const copy = copyExample(example, `origin-${file}`);
    allowOrigin(copy, file);
    let clerk: LocalClerk;
    let running: ExampleProcess | undefined;
    beforeAll(async () => {
      clerk = await startLocalClerk();
      running = await startExample(copy.example, script, clerk);
    });
    afterAll(async () => {
      await running?.stop();
      await clerk?.close();
      copy.remove();
    });
    testAllowedOrigin((): Pick<RunningMount, 'url' | 'ask' | 'bearer'> => {
      const url = `${running?.origin}/graphql`;
      return {
        url,
        ask: (query, headers) =>
          fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: JSON.stringify({ query }),
          }),
        bearer: async (session = 'sess_ada') => ({
          authorization: `Bearer ${await clerk.mintSessionToken(session)}`,
        }),
      };
    });
  });

  if (middleware === undefined) continue;
  const copy = copyExample(example, `bare-${file}`);
  copy.edit(file, middleware, '');
  afterAll(() => copy.remove());
  describeMissingMiddleware(name, copy.example, ['/graphql']);
}
