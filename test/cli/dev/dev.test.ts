import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CallingSessionDocument, SessionTokenClaimsDocument } from '../../../src/client/generated/graphql.ts';
import { newFolder, runCommand, startCommand, startDev } from '../../support/command.ts';
import { postOperation } from '../../support/post.ts';
import { createForge } from '../../support/tokens.ts';

const oneUser = (id: string) =>
  JSON.stringify({
    users: [{ id: 'user_one', name: 'One' }],
    sessions: [{ id, user_id: 'user_one', label: 'the only one' }],
    jwt_templates: [{ name: 'mine', claims: { plan: 'free' } }],
  });

describe('mintgate dev', () => {
  test('ends with exit code 0 on SIGTERM', async () => {
    const { child, ended } = await startDev();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('prints without --json a text with the address of the start page', async () => {
    const { seen } = await startCommand(['dev', '--port', '0']);
    const [, address = ''] = await seen(/Start here\s+(\S+)/);
    const page = await fetch(address, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Open GraphiQL as Ada');
  });

  test('ignores the keys of a real instance in the environment', async () => {
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
    expect(output.stderr).toContain('MINTGATE_TEMPLATES limits the templates');
  });

  test('limits requests as Clerk does with --rate-limit', async () => {
    const { ready } = await startDev(['--rate-limit', '1']);
    const token = ready.sessions[0]?.token ?? '';
    const ask = (template: string) =>
      postOperation(ready.url, SessionTokenClaimsDocument, { variables: { template }, token });
    expect((await ask('minimal')).codes).toEqual([]);
    const throttled = await ask('hasura');
    expect(throttled.codes).toEqual(['RATE_LIMITED']);
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('applies templates and policies of mintgate.config.ts', async () => {
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
  test('reads users, sessions and templates from the file, and reads it again after a change', async () => {
    const folder = await newFolder({ 'my-clerk.json': oneUser('sess_first') });
    const { ready, seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    expect(ready.sessions.map(({ id }) => id)).toEqual(['sess_first']);

    await writeFile(join(folder, 'my-clerk.json'), oneUser('sess_second'));
    await seen(/--data my-clerk\.json: reloaded/);
    const token = await fetch(new URL('/dev/sessions/sess_second/token', ready.url), { method: 'POST' });
    const { data } = await postOperation(ready.url, SessionTokenClaimsDocument, {
      variables: { template: 'mine' },
      token: await token.text(),
    });
    expect(data.sessionToken?.claims).toMatchObject({ plan: 'free', sub: 'user_one' });
  });

  test('logs a change that makes the file invalid, and keeps the previous data', async () => {
    const folder = await newFolder({ 'my-clerk.json': oneUser('sess_first') });
    const { ready, seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    await writeFile(join(folder, 'my-clerk.json'), '{ "users": [');
    await seen(/the local Clerk keeps its previous data/);
    const token = ready.sessions[0]?.token ?? '';
    const { data } = await postOperation(ready.url, CallingSessionDocument, { variables: {}, token });
    expect(data.session?.id).toBe('sess_first');
  });

  test('exits with one line for an invalid file', async () => {
    const folder = await newFolder({ 'my-clerk.json': '{ "users": oops }' });
    const { code, stderr } = await runCommand(['dev', '--data', 'my-clerk.json'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: --data my-clerk\.json: is not JSON: correct it, or pass .*\n$/);
  });

  test('logs an unknown key', async () => {
    const folder = await newFolder({ 'my-clerk.json': '{ "user": [] }' });
    const { seen } = await startDev(['--data', 'my-clerk.json'], { folder });
    await seen(/"user", which is ignored: expected users, organizations/);
  });

  test('mints the templates of a real instance, as its API lists them, for the demo sessions', async () => {
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
});

describe('mintgate dev refuses', () => {
  test('a port that is in use, with one line that says what to do', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void busy.close());
    const { port } = busy.address() as AddressInfo;
    const { code, stderr } = await runCommand(['dev', '--port', String(port)]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `mintgate: PORT: ${port} is in use: set PORT (or --port) to another port, or to 0 for a free one\n`,
    );
  });

  test.each(['0.0.0.0', '127.999.999.999'])('X09 %s, an address that is not loopback', async (host) => {
    const { code, stderr } = await runCommand(['dev', '--host', host]);
    expect([code, stderr]).toEqual([
      1,
      `mintgate: HOST (or --host): ${host} is not a loopback address: mintgate dev listens on loopback only: expected an address such as 127.0.0.1\n`,
    ]);
  });

  test.each(['/', '/dev/graphql'])('%s as the GraphQL path, because its pages are there', async (path) => {
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
