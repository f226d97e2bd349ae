import { afterAll, expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import { allowOrigin, testAllowedOrigin } from './allowed-origin.ts';
import { copyExample } from './example-copy.ts';
import { freePort } from './example-process.ts';
import { requestToken } from './in-process.ts';
import { testKeptGateway } from './kept-gateway.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMissingMiddleware } from './missing-middleware.ts';
import { describeMount, type RunningMount } from './mount-suite.ts';

// The body parser of Next.js itself answers bodies that are not JSON, with plain text and no content type.
const byNext = { status: 400, contentType: /^$/ };
const clerkPort = await freePort();
const production = { example: 'next', script: 'start', clerkPort };

describeMount({
  name: 'Next.js 16, App Router',
  ...production,
  build: 'build',
  path: '/graphql',
  more: (running) => {
    test('lets Next.js cache no token', () => mintsAgain(running()));
    test("redirects an anonymous browser to Clerk, as Clerk's middleware does everywhere", async () => {
      const { url } = running();
      const headers = { accept: 'text/html', 'sec-fetch-dest': 'document' };
      const answer = await fetch(url, { redirect: 'manual', headers });
      expect(answer.status).toBe(307);
      expect(answer.headers.get('location')).toContain('/v1/client/handshake');
    });
  },
});

describeMount({
  name: 'Next.js 16, API route',
  ...production,
  path: '/api/graphql',
  malformed: byNext,
  more: (running) => {
    test('lets Next.js cache no token', () => mintsAgain(running()));
  },
});

describeMount({
  name: 'Next.js 16, edge runtime',
  ...production,
  path: '/edge',
  waitsForStreams: true,
  more: (running) => {
    test('lets Next.js cache no token', () => mintsAgain(running()));
  },
});

const edited = copyExample('next', 'edited');
const based = copyExample('next', 'based');
const unguarded = copyExample('next', 'unguarded');

allowOrigin(edited, 'app/graphql/route.ts');
based.edit('next.config.ts', 'turbopack:', "basePath: '/base', turbopack:");
// Next.js removes the base path from the URL, but not in the edge runtime.
based.edit('app/edge/route.ts', "graphqlEndpoint: '/edge'", "graphqlEndpoint: '/base/edge'");
allowOrigin(based, 'pages/api/graphql.ts');
based.edit(
  'pages/api/graphql.ts',
  'export default',
  'export const config = { api: { bodyParser: false } };\nexport default',
);
unguarded.remove('proxy.ts');
afterAll(() => {
  for (const copy of [edited, based, unguarded]) copy.remove();
});

describeMount({
  name: 'Next.js 16, App Router, in development',
  example: edited.example,
  script: 'dev',
  path: '/graphql',
  more: (running) => {
    test('lets Next.js cache no token', () => mintsAgain(running()));
    testAllowedOrigin(running);

    testKeptGateway(running, edited, [
      'app/graphql/route.ts',
      'return kept.mintgate.fetch(request);',
      `return kept.mintgate.fetch(request).then(({ body, status }) => new Response(body, { status, headers: { edited: 'yes' } }));`,
    ]);
  },
});

describeMount({
  name: 'Next.js 16, API route, in development, below a base path, without the body parser',
  example: based.example,
  script: 'dev',
  path: '/base/api/graphql',
  more: (running) => {
    test('lets Next.js cache no token', () => mintsAgain(running()));
    testAllowedOrigin(running);

    test.each(['/base/graphql', '/base/edge'])('serves %s, too', async (path) => {
      const { origin, bearer } = running();
      const { status, data } = await readAnswer(await requestToken(origin + path, await bearer()));
      expect([status, data.sessionToken.jwt]).toEqual([200, expect.stringMatching(/^eyJ/)]);
    });
  },
});

describeMissingMiddleware('Next.js 16', unguarded.example, ['/graphql', '/api/graphql', '/edge']);

/** Tests that each request mints: Next.js wraps `fetch`, and could answer a call to Clerk from its cache. */
async function mintsAgain({ ask, bearer, mints }: RunningMount): Promise<void> {
  const before = mints();
  const query = '{ sessionToken(template: "hasura", fresh: true) { jwt } }';
  const headers = await bearer();
  const first = await readAnswer(await ask(query, headers));
  const second = await readAnswer(await ask(query, headers));
  expect([first.codes, second.codes]).toEqual([[], []]);
  expect(second.data.sessionToken.jwt).not.toBe(first.data.sessionToken.jwt);
  expect(mints() - before).toBe(2);
}

testOnALaptop('next');
