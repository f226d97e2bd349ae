import { afterAll, expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import { clerkCookies } from '../../test/support/tokens.ts';
import { allowOrigin, testAllowedOrigin } from './allowed-origin.ts';
import { copyExample } from './example-copy.ts';
import { editOfServerModule, testKeptGateway } from './kept-gateway.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMount, type RunningMount } from './mount-suite.ts';
import { staleSession } from './stale-session.ts';

const edited = copyExample('remix', 'edited');
const based = copyExample('remix', 'based');
for (const copy of [edited, based]) allowOrigin(copy, 'app/gateway.server.ts');
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
  more: testOwnWays,
});

describeMount({
  name: 'Remix 2, in development',
  example: edited.example,
  script: 'dev',
  path: '/graphql',
  more: (running) => {
    testOwnWays(running);
    testAllowedOrigin(running);
    testKeptGateway(running, edited, editOfServerModule);
  },
});

describeMount({
  name: 'Remix 2, below a base path',
  example: based.example,
  build: 'build',
  script: 'start',
  path: '/base/graphql',
  more: testAllowedOrigin,
});

function testOwnWays(running: () => RunningMount): void {
  test("answers UNAUTHENTICATED when Clerk's getAuth throws a handshake", async () => {
    const { ask, clerk, output } = running();
    const headers = await staleSession(clerk);
    const answer = await readAnswer(await ask('{ sessionToken(template: "hasura") { jwt } }', headers));
    expect([answer.status, answer.codes]).toEqual([200, ['UNAUTHENTICATED']]);
    await expect.poll(output).toContain('Clerk requires a handshake');
  });

  test('does not redirect browsers to Clerk', async () => {
    const { clerk, url } = running();
    const page = await fetch(url, { redirect: 'manual', headers: await staleSession(clerk) });
    expect([page.status, page.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('passes PATCH to the gateway, and refuses methods that Remix does not know', async () => {
    const { url, bearer } = running();
    const headers = await bearer();
    const patch = await fetch(url, { method: 'PATCH', headers });
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'POST']);
    const unknown = await fetch(url, { method: 'PROPFIND', headers });
    expect([unknown.status, unknown.headers.get('allow')]).toEqual([405, null]);
  });

  test("executes GraphQL at the path of Remix's own client as well, but for no foreign page", async () => {
    const { clerk, url } = running();
    const cookie = clerkCookies(await clerk.mintSessionToken('sess_ada'));
    const askData = async (headers: Record<string, string>) => {
      const answer = await fetch(`${url}.data`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }),
      });
      return [answer.status, (await answer.text()).includes('eyJ')];
    };
    expect(await askData({ 'sec-fetch-site': 'same-origin' })).toEqual([200, true]);
    expect(await askData({ 'sec-fetch-site': 'cross-site' })).toEqual([403, false]);
    // There, Remix itself refuses other origins.
    const origin = 'https://evil.example';
    expect(await askData({ 'sec-fetch-site': 'cross-site', origin })).toEqual([500, false]);
  });
}

testOnALaptop('remix');
