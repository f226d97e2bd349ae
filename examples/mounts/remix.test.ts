import { afterAll, expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import { clerkCookies, nowSeconds, sessionClaims } from '../../test/support/tokens.ts';
import { copyExample } from './example-copy.ts';
import { testKeptGateway } from './kept-gateway.ts';
import { describeMount } from './mount-suite.ts';

const edited = copyExample('remix', 'edited');
const based = copyExample('remix', 'based');
based.edit('app/gateway.server.ts', 'templates:', "graphqlEndpoint: '/base/graphql', templates:");
based.edit('vite.config.ts', 'remix({', "remix({ basename: '/base',");
afterAll(() => {
  for (const copy of [edited, based]) copy.remove();
});

describeMount({
  name: 'Remix 2',
  example: 'remix',
  build: 'build',
  script: 'start',
  path: '/graphql',
  more: (running) =>
    test("says UNAUTHENTICATED where Clerk's getAuth throws a handshake", async () => {
      const { ask, clerk, output } = running();
      const over = await clerk.sign(sessionClaims({ iat: nowSeconds() - 120, exp: nowSeconds() - 60 }));
      const answer = await ask('{ sessionToken(template: "hasura") { jwt } }', {
        cookie: clerkCookies(over),
        accept: 'text/html, application/json',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-dest': 'document',
      });
      const { status, codes } = await readAnswer(answer);
      expect([status, codes]).toEqual([200, ['UNAUTHENTICATED']]);
      expect(output()).toContain('Clerk wants a handshake');
    }),
});

describeMount({
  name: 'Remix 2, in development',
  example: edited.example,
  script: 'dev',
  path: '/graphql',
  more: (running) =>
    testKeptGateway(running, edited, [
      'app/gateway.server.ts',
      'return kept.mintgate;',
      `const { fetch } = kept.mintgate;
       const edited = (response) => new Response(response.body, { status: response.status, headers: { edited: 'yes' } });
       return { fetch: (...args) => fetch(...args).then(edited) } as never;`,
    ]),
});

describeMount({
  name: 'Remix 2, below a base path',
  example: based.example,
  build: 'build',
  script: 'start',
  path: '/base/graphql',
});
