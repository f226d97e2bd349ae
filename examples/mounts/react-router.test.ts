import { afterAll, expect, test } from 'vitest';
import { readAnswer } from '../../test/support/answer.ts';
import { allowOrigin, testAllowedOrigin } from './allowed-origin.ts';
import { copyExample } from './example-copy.ts';
import { editOfServerModule, testKeptGateway } from './kept-gateway.ts';
import { testOnALaptop } from './laptop.ts';
import { describeMissingMiddleware } from './missing-middleware.ts';
import { describeMount, type RunningMount } from './mount-suite.ts';
import { staleSession } from './stale-session.ts';

const edited = copyExample('react-router', 'edited');
const based = copyExample('react-router', 'based');
const unguarded = copyExample('react-router', 'unguarded');
for (const copy of [edited, based]) allowOrigin(copy, 'app/gateway.server.ts');
based.edit('app/gateway.server.ts', 'templates:', "graphqlEndpoint: '/base/graphql', templates:");
based.write('react-router.config.ts', "export default { basename: '/base' };\n");
unguarded.edit('app/root.tsx', 'export const middleware = [clerkMiddleware()];', 'clerkMiddleware;');
afterAll(() => {
  for (const copy of [edited, based, unguarded]) copy.remove();
});

describeMount({
  name: 'React Router 8',
  example: 'react-router',
  build: 'build',
  script: 'start',
  path: '/graphql',
  more: testOwnWays,
});

describeMount({
  name: 'React Router 8, in development',
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
  name: 'React Router 8, below a base path',
  example: based.example,
  build: 'build',
  script: 'start',
  path: '/base/graphql',
  more: testAllowedOrigin,
});

describeMissingMiddleware('React Router 8', unguarded.example, ['/graphql']);

function testOwnWays(running: () => RunningMount): void {
  test("lets Clerk's middleware redirect a browser with an expired session token to Clerk, but no GraphQL request", async () => {
    const { ask, clerk, url } = running();
    const headers = await staleSession(clerk);
    const page = await fetch(url, { redirect: 'manual', headers });
    expect(page.status).toBe(307);
    expect(page.headers.get('location')).toContain('/v1/client/handshake');
    const answer = await readAnswer(await ask('{ sessionToken(template: "hasura") { jwt } }', headers));
    expect([answer.status, answer.codes]).toEqual([200, ['UNAUTHENTICATED']]);
  });

  test('passes PATCH to the gateway, and refuses methods that React Router does not know', async () => {
    const { url, bearer } = running();
    const headers = await bearer();
    const patch = await fetch(url, { method: 'PATCH', headers });
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'POST']);
    const unknown = await fetch(url, { method: 'PROPFIND', headers });
    expect([unknown.status, unknown.headers.get('allow')]).toEqual([405, null]);
  });

  test("executes nothing at the path of React Router's own client", async () => {
    const { url, bearer } = running();
    const headers = { ...(await bearer()), 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' });
    const answer = await fetch(`${url}.data`, { method: 'POST', headers, body });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('eyJ');
  });
}

testOnALaptop('react-router');
