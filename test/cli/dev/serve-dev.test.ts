import { request } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { SessionTokenClaimsDocument } from '../../../src/client/generated/graphql.ts';
import { leaksIn } from '../../leaks/forbidden.ts';
import { atEndOfSuite, type DevReady, startDev } from '../../support/command.ts';
import { postOperation } from '../../support/post.ts';

/** Starts one `mintgate dev` that the tests of a file share: none of them changes its state. */
function useDev(): { readonly ready: DevReady } {
  const atEnd = atEndOfSuite();
  let ready: DevReady | undefined;
  beforeAll(async () => {
    ({ ready } = await startDev([], { atEnd }));
  });
  return {
    get ready() {
      if (ready === undefined) throw new Error('expected mintgate dev to have started');
      return ready;
    },
  };
}

describe('mintgate dev', () => {
  const dev = useDev();

  test('prints with --json what a script needs to get a token, which jose verifies', async () => {
    const { ready } = dev;
    const session = ready.sessions.find(({ id }) => id === 'sess_ada_acme');
    expect(session).toMatchObject({
      userId: 'user_ada',
      label: expect.any(String),
      token: expect.any(String),
    });

    const { data } = await postOperation(ready.url, SessionTokenClaimsDocument, {
      variables: { template: 'hasura' },
      token: session?.token ?? '',
    });
    const keys = createRemoteJWKSet(new URL(`${ready.clerkUrl}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(data.sessionToken?.jwt ?? '', keys);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toEqual(data.sessionToken?.claims);
    expect(payload.sub).toBe('user_ada');
  });

  test('returns a session token for every session, and the gateway answers according to the status of the session', async () => {
    const { ready } = dev;
    const outcomes = await Promise.all(
      ready.sessions.map(async ({ id, token }) => {
        const variables = { template: 'minimal' };
        const { codes } = await postOperation(ready.url, SessionTokenClaimsDocument, { variables, token });
        return [id, codes[0] ?? 'minted'];
      }),
    );
    expect(Object.fromEntries(outcomes)).toEqual({
      sess_ada: 'minted',
      sess_ada_acme: 'minted',
      sess_ada_globex: 'minted',
      sess_grace_acme: 'minted',
      sess_grace_impersonated: 'FORBIDDEN',
      sess_grace_pending: 'UNAUTHENTICATED',
      sess_grace_revoked: 'UNAUTHENTICATED',
    });
  });

  test('prints the secret key of the local Clerk, which accepts no other', async () => {
    const { ready } = dev;
    const ask = (key: string) =>
      fetch(`${ready.clerkUrl}/v1/sessions`, { headers: { authorization: `Bearer ${key}` } }).then(
        (r) => r.status,
      );
    expect(await ask(ready.secretKey)).toBe(200);
    expect(await ask(`${ready.secretKey}x`)).toBe(401);
  });

  test('refuses every host that is not a loopback name, to prevent DNS rebinding', async () => {
    const { hostname, port } = new URL(dev.ready.url);
    const json = '{"query":"{ __typename }"}';
    const question = { 'content-type': 'application/json', 'content-length': String(json.length) };
    const ask = (path: string, host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const [method, headers] = path === '/graphql' ? ['POST', { ...question, host }] : ['GET', { host }];
        request({ hostname, port, path, method, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end(method === 'POST' ? json : undefined);
      });
    for (const path of ['/', '/graphql', '/health']) {
      for (const host of [
        'rebound.example.com',
        `rebound.example.com:${port}`,
        'localhost.example.com',
        '0.0.0.0',
      ])
        expect([path, host, await ask(path, host)]).toEqual([path, host, 421]);
      // Not a valid address, which the gateway answers with 400.
      expect(await ask(path, `127.999.999.999:${port}`)).toBe(400);
      for (const host of [`localhost:${port}`, 'LOCALHOST', '127.8.9.10', `[::1]:${port}`])
        expect([path, host, await ask(path, host)]).toEqual([path, host, 200]);
    }
  });

  test('serves GraphiQL and the gateway at one path', async () => {
    const page = await fetch(dev.ready.url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('mintgate-session');
    expect((await fetch(new URL('/health', dev.ready.url))).status).toBe(200);
  });

  test('logs one line for each token and one for each request', async () => {
    const { ready, output } = await startDev();
    const token = ready.sessions[0]?.token ?? '';
    await postOperation(ready.url, SessionTokenClaimsDocument, { variables: { template: 'minimal' }, token });
    await expect.poll(() => output.stderr).toContain('graphql');
    expect(output.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/INFO: token minted .*"template":"minimal"/),
      expect.stringMatching(/INFO: graphql .*"operation":"SessionTokenClaims","outcome":"OK"/),
    ]);
    expect(leaksIn(output.stderr)).toEqual([]);
  });

  test('names the first of CLERK_AUTHORIZED_PARTIES in session tokens, unless ?azp= names another party', async () => {
    const env = { CLERK_AUTHORIZED_PARTIES: 'http://localhost:3000,https://app.example.com' };
    const { ready, output } = await startDev([], { env });
    const ask = async (token: string) => {
      const variables = { template: 'minimal' };
      return (await postOperation(ready.url, SessionTokenClaimsDocument, { variables, token })).codes;
    };
    const tokenWith = async (query: string) => {
      const url = new URL(`/dev/sessions/sess_ada/token${query}`, ready.url);
      return (await fetch(url, { method: 'POST' })).text();
    };
    expect(await ask(ready.sessions[0]?.token ?? '')).toEqual([]);
    expect(await ask(await tokenWith(''))).toEqual([]);
    expect(await ask(await tokenWith('?azp=https://app.example.com'))).toEqual([]);
    expect(await ask(await tokenWith('?azp=https://evil.example'))).toEqual(['UNAUTHENTICATED']);
    expect(await ask(await tokenWith('?azp='))).toEqual(['UNAUTHENTICATED']);
    await expect.poll(() => output.stderr).toContain('the token names none (azp)');
    expect(output.stderr).toContain('the token names https://evil.example (azp)');
    expect(output.stderr).toContain(
      'session tokens of these pages name http://localhost:3000 as authorized party',
    );
  });
});
