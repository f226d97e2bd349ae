import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readDataFile } from '../../../src/cli/dev/data-file.ts';
import { CallingSessionDocument, SessionTokenClaimsDocument } from '../../../src/client/generated/graphql.ts';
import { leaksIn } from '../../leaks/forbidden.ts';
import {
  atEndOfSuite,
  type DevReady,
  newFolder,
  runCommand,
  startCommand,
  startDev,
} from '../../support/command.ts';
import { postOperation } from '../../support/post.ts';
import { createForge } from '../../support/tokens.ts';

const oneUser = (id: string) =>
  JSON.stringify({
    users: [{ id: 'user_one', name: 'One' }],
    sessions: [{ id, user_id: 'user_one', label: 'the only one' }],
    jwt_templates: [{ name: 'mine', claims: { plan: 'free' } }],
  });

/** One `mintgate dev` for the tests that do not change it. */
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

  test('its first line with --json is all that a script needs to get a token that jose verifies', async () => {
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

  test('every session gets a session token, and the gateway answers each as it should', async () => {
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

  test('the secret key it prints opens the local Clerk, and no other does', async () => {
    const { ready } = dev;
    const ask = (key: string) =>
      fetch(`${ready.clerkUrl}/v1/sessions`, { headers: { authorization: `Bearer ${key}` } }).then(
        (r) => r.status,
      );
    expect(await ask(ready.secretKey)).toBe(200);
    expect(await ask(`${ready.secretKey}x`)).toBe(401);
  });

  test('it answers only to loopback names, so that no foreign name can be made to point at it', async () => {
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
      // No address at all: refused before that.
      expect(await ask(path, `127.999.999.999:${port}`)).toBe(400);
      for (const host of [`localhost:${port}`, 'LOCALHOST', '127.8.9.10', `[::1]:${port}`])
        expect([path, host, await ask(path, host)]).toEqual([path, host, 200]);
    }
  });

  test('its pages stand before the gateway at the same path', async () => {
    const page = await fetch(dev.ready.url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('mintgate-session');
    expect((await fetch(new URL('/health', dev.ready.url))).status).toBe(200);
  });

  test('it ends with exit code 0 on SIGTERM', async () => {
    const { child, ended } = await startDev();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('its log has one line for each token and one for each request', async () => {
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

  test('without --json it says where to start, in words', async () => {
    const { seen } = await startCommand(['dev', '--port', '0']);
    const [, address = ''] = await seen(/Start here\s+(\S+)/);
    const page = await fetch(address, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Open GraphiQL as Ada');
  });

  test('the keys of a real instance in the environment are not used', async () => {
    const env = {
      CLERK_SECRET_KEY: 'sk_live_not-a-key',
      CLERK_PUBLISHABLE_KEY: 'pk_live_not-a-key',
      CLERK_API_URL: 'https://clerk.invalid',
      CLERK_JWT_KEY: createForge().pem,
      CLERK_AUTHORIZED_PARTIES: 'https://app.example.com',
      MINTGATE_TEMPLATES: 'minimal',
    };
    const { ready, output } = await startDev([], { env });
    expect(ready).toMatchObject({
      secretKey: expect.stringMatching(/^sk_test_/),
      publishableKey: expect.stringMatching(/^pk_test_/),
    });
    const token = ready.sessions[0]?.token ?? '';
    const variables = { template: 'minimal' };
    expect((await postOperation(ready.url, SessionTokenClaimsDocument, { variables, token })).codes).toEqual(
      [],
    );
    expect(output.stderr).toContain('templates limited to those of MINTGATE_TEMPLATES');
  });

  test('CLERK_AUTHORIZED_PARTIES holds here, too: its first is what session tokens name, unless ?azp= says otherwise', async () => {
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
      'session tokens from here name http://localhost:3000 as authorized party',
    );
  });

  test('--rate-limit makes the local Clerk throttle as Clerk does', async () => {
    const { ready } = await startDev(['--rate-limit', '1']);
    const token = ready.sessions[0]?.token ?? '';
    const ask = (template: string) =>
      postOperation(ready.url, SessionTokenClaimsDocument, { variables: { template }, token });
    expect((await ask('minimal')).codes).toEqual([]);
    const throttled = await ask('hasura');
    expect(throttled.codes).toEqual(['RATE_LIMITED']);
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('templates and policies of mintgate.config.ts hold here too', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': `export default { templates: { minimal: { requires: { role: 'org:admin' }, organizationClaim: 'org' } } };`,
    });
    const { ready } = await startDev([], { folder });
    const token = ready.sessions.find(({ id }) => id === 'sess_grace_acme')?.token ?? '';
    const ask = (template: string) =>
      postOperation(ready.url, SessionTokenClaimsDocument, { variables: { template }, token });
    expect((await ask('minimal')).codes).toEqual(['FORBIDDEN']);
    expect((await ask('hasura')).codes).toEqual(['TEMPLATE_NOT_FOUND']);
  });
});

describe('mintgate dev --data', () => {
  test('reads users, sessions and templates from the file, and again when it changes', async () => {
    const folder = await newFolder({ 'my-clerk.json': oneUser('sess_first') });
    const { ready, seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    expect(ready.sessions.map(({ id }) => id)).toEqual(['sess_first']);

    await writeFile(join(folder, 'my-clerk.json'), oneUser('sess_second'));
    await seen(/read again/);
    const token = await fetch(new URL('/dev/sessions/sess_second/token', ready.url), { method: 'POST' });
    const { data } = await postOperation(ready.url, SessionTokenClaimsDocument, {
      variables: { template: 'mine' },
      token: await token.text(),
    });
    expect(data.sessionToken?.claims).toMatchObject({ plan: 'free', sub: 'user_one' });
  });

  test('a change that breaks the file is reported, and what was read before stays', async () => {
    const folder = await newFolder({ 'my-clerk.json': oneUser('sess_first') });
    const { ready, seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    await writeFile(join(folder, 'my-clerk.json'), '{ "users": [');
    await seen(/the data read before stay/);
    const token = ready.sessions[0]?.token ?? '';
    const { data } = await postOperation(ready.url, CallingSessionDocument, { variables: {}, token });
    expect(data.session?.id).toBe('sess_first');
  });

  test('a file that cannot be used ends it with a line that says why', async () => {
    const folder = await newFolder({ 'my-clerk.json': '{ "users": oops }' });
    const { code, stderr } = await runCommand(['dev', '--data', 'my-clerk.json'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: --data my-clerk\.json: is not JSON: Unexpected token .*\n$/);
  });

  test('a key that it does not know is named in the log', async () => {
    const folder = await newFolder({ 'my-clerk.json': '{ "user": [] }' });
    const { seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    await seen(/"user", which is ignored: expected users, organizations/);
  });

  test('the templates of a real instance, as its API lists them, are minted for the demo’s people', async () => {
    const template = { object: 'jwt_template', id: 'jtmp_1', name: 'exported', claims: { plan: 'free' } };
    const folder = await newFolder({ 'my-clerk.json': JSON.stringify([template]) });
    const { ready, seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    await seen(/bare list, read as JWT templates/);
    const { data } = await postOperation(ready.url, SessionTokenClaimsDocument, {
      variables: { template: 'exported' },
      token: ready.sessions[0]?.token ?? '',
    });
    expect(data.sessionToken?.claims).toMatchObject({ plan: 'free', sub: 'user_ada' });
  });

  test('a byte order mark at its beginning is passed over', async () => {
    const folder = await newFolder({ 'my-clerk.json': `\uFEFF${oneUser('sess_one')}` });
    expect(await readDataFile(join(folder, 'my-clerk.json'))).toHaveProperty('sessions');
  });

  test.each([
    ['a file that is not there', {}, /: there is no such file$/],
    ['a folder', { 'my-clerk.json/x': '' }, /: this is a folder$/],
    ['an empty file', { 'my-clerk.json': '' }, /: is not JSON: Unexpected end/],
    [
      'a session of a user that is not in the file',
      { 'my-clerk.json': JSON.stringify({ users: [], sessions: [{ id: 'sess_x', user_id: 'user_x' }] }) },
      /sessions\[0\]\.user_id: .*user_x/,
    ],
  ])('refuses %s, and names the file', async (_what, files: Record<string, string>, message) => {
    const file = join(await newFolder(files), 'my-clerk.json');
    const read = readDataFile(file);
    await expect(read).rejects.toThrow(`--data ${file}: `);
    await expect(read).rejects.toThrow(message);
  });
});

describe('mintgate dev refuses', () => {
  test('a busy port, in one line that says what to do', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void busy.close());
    const { port } = busy.address() as AddressInfo;
    const { code, stderr } = await runCommand(['dev', '--port', String(port)]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `mintgate: PORT: ${port} is in use; set PORT (or --port) to another one, or to 0 for a free one\n`,
    );
  });

  test.each(['0.0.0.0', '127.999.999.999'])('X09 %s, an address that is not loopback', async (host) => {
    const { code, stderr } = await runCommand(['dev', '--host', host]);
    expect([code, stderr]).toEqual([
      1,
      `mintgate: HOST (or --host): mintgate dev listens on loopback only, not on ${host}\n`,
    ]);
  });

  test.each(['/', '/dev/graphql'])('%s as the GraphQL path, where its own pages are', async (path) => {
    const env = { MINTGATE_GRAPHQL_PATH: path };
    const { code, stderr } = await runCommand(['dev', '--port', '0'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: MINTGATE_GRAPHQL_PATH: mintgate dev has its own pages at .*\n$/);
  });

  test('X09 to run with NODE_ENV=production', async () => {
    const { code, stderr } = await runCommand(['dev', '--port', '0'], { env: { NODE_ENV: 'production' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: .*production.*\n$/);
  });
});
