import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { startExample } from './example-process.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

/** Returns the first route of a section of docs/from-get-token.md. */
async function routeBefore(section: string): Promise<string> {
  const guide = await readFile(new URL('../../docs/from-get-token.md', import.meta.url), 'utf8');
  const [, text = ''] = guide.split(`## ${section}\n`);
  const [, code] = /^Before:\n\n```ts\n([\s\S]*?)^```$/m.exec(text) ?? [];
  if (code === undefined) throw new Error(`the guide has no route in ${section}`);
  return code;
}

/** Runs a route with the packages of an example. @returns its origin */
async function startRoute(code: string, example: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-route-'));
  const modules = fileURLToPath(new URL(`../${example}/node_modules`, import.meta.url));
  await symlink(modules, join(folder, 'node_modules'));
  const listening = `app.listen(0, 'localhost', function () { console.log(this.address().port) });`;
  await writeFile(join(folder, 'server.ts'), `${code}\n${listening}\n`);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const { secretKey, publishableKey, url, jwtKey } = clerk;
  const child = spawn(process.execPath, ['server.ts'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      ...{ CLERK_SECRET_KEY: secretKey, CLERK_PUBLISHABLE_KEY: publishableKey },
      ...{ CLERK_API_URL: url, CLERK_JWT_KEY: jwtKey, CLERK_TELEMETRY_DISABLED: '1' },
    },
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  await expect.poll(() => output, { timeout: 20_000 }).toMatch(/^\d+$/m);
  return `http://localhost:${/^\d+$/m.exec(output)?.[0]}`;
}

async function post(url: string, body: object, token?: string): Promise<[status: number, text: string]> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return [response.status, await response.text()];
}

/** Returns the claims of a token without its times and its id. */
function stableClaims(jwt: string): object {
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
  for (const passing of ['iat', 'exp', 'nbf', 'jti']) delete claims[passing];
  return claims;
}

test.each([
  ['Express, where a session is required', 'start:require-auth', [500, 401]],
  ['Express, where a session is optional', 'start', [401, 200]],
])('%s: the route and the mount return the same token', async (section, script, anonymous) => {
  const before = await startRoute(await routeBefore(section), 'express-sdk-node');
  const after = await startExample('express-sdk-node', script, clerk);
  onTestFinished(async () => void (await after.stop()));
  const token = await clerk.mintSessionToken('sess_ada');
  const query = '{ sessionToken(template: "hasura") { jwt } }';

  const [, ofRoute] = await post(`${before}/token`, { template: 'hasura' }, token);
  const [, ofMount] = await post(`${after.origin}/graphql`, { query }, token);
  const expected = stableClaims(JSON.parse(ofRoute).jwt);
  expect(expected).toMatchObject({ sub: 'user_ada' });
  expect(stableClaims(JSON.parse(ofMount).data.sessionToken.jwt)).toEqual(expected);

  const refusals = [
    await post(`${before}/token`, { template: 'hasura' }),
    await post(`${after.origin}/graphql`, { query }),
  ];
  expect(refusals.map(([status]) => status)).toEqual(anonymous);
  expect(refusals[1]?.[1]).toContain('UNAUTHENTICATED');
});
