import { expect, test } from 'vitest';
import { signSession } from '../../test/support/tokens.ts';
import type { RunningMount } from './mount-suite.ts';
import { staleSession } from './stale-session.ts';

const query = '{ sessionToken(template: "hasura") { jwt } }';

/** Tests of hosts in which a middleware of Clerk verifies each request. */
export function testClerkHost(running: () => RunningMount): void {
  test('leaves verification to the host, and fetches no JWKS', async () => {
    const { clerk, ask, bearer } = running();
    expect((await ask(query, await bearer())).status).toBe(200);
    // The environment of the host has the key; the gateway has none.
    expect(clerk.controls.requests('GET /v1/jwks')).toBe(0);
  });

  test('reports a session token without a session', async () => {
    const { clerk, ask, output } = running();
    const authorization = `Bearer ${await signSession(clerk, { sid: undefined })}`;
    const answer = await (await ask(query, { authorization })).text();
    expect(answer).toContain('INTERNAL_SERVER_ERROR');
    expect(answer).toContain('no claims of a session token with a session id (sessionClaims.sid)');
    await expect.poll(output).toContain('(sessionClaims.sid)');
  });

  test('refuses machine tokens', async () => {
    const { ask } = running();
    const answer = await ask(query, { authorization: `Bearer ak_${'0'.repeat(32)}` });
    expect(await answer.text()).toContain('UNAUTHENTICATED');
  });

  test('answers an empty JSON body at once', async () => {
    const { url, bearer } = running();
    const headers = { 'content-type': 'application/json', ...(await bearer()) };
    for (const body of ['{}', '[]', '']) {
      const answer = await fetch(url, { method: 'POST', body, headers });
      expect(await answer.text()).toContain('BAD_REQUEST');
    }
  });
}

/** Tests that Clerk's middleware answers before the gateway when a browser with an expired session opens the path as a page. */
export function testHandshake(running: () => RunningMount): void {
  test('lets the middleware redirect browsers that open it as a page to Clerk', async () => {
    const { clerk, url } = running();
    for (const headers of [await staleSession(clerk), { accept: 'text/html' }]) {
      const page = await fetch(url, { redirect: 'manual', headers });
      expect(page.status).toBe(307);
      expect(page.headers.get('location')).toContain('/v1/client/handshake?');
    }
  });
}
