import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { leaksIn } from '../leaks/forbidden.ts';
import {
  atEndOfSuite,
  type CommandOptions,
  newFolder,
  runCommand,
  startCommand,
} from '../support/command.ts';
import { postOperation } from '../support/post.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

/** Returns an environment with the keys of the local Clerk. */
function keys(more: Record<string, string> = {}): Record<string, string> {
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'http://localhost:3000',
    MINTGATE_TEMPLATES: 'hasura,minimal',
    HOST: '127.0.0.1',
    PORT: '0',
    MINTGATE_SHUTDOWN_DELAY_MS: '0',
    ...more,
  };
}

async function startServe(
  env: Record<string, string>,
  { args = [], ...options }: CommandOptions & { args?: string[] } = {},
) {
  const command = await startCommand(['serve', ...args], { env, ...options });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  return { ...command, url };
}

const ask = (url: string, template: string, token?: string) =>
  postOperation(url, SessionTokenDocument, { variables: { template }, ...(token ? { token } : {}) });

describe('mintgate serve', () => {
  const atEnd = atEndOfSuite();
  /** The command that the tests share: none of them changes its state. */
  let usual: Awaited<ReturnType<typeof startServe>>;
  beforeAll(async () => {
    usual = await startServe(keys(), { atEnd });
  });

  test('mints for the instance whose keys are in the environment, and logs JSON without a token', async () => {
    const { url, output } = usual;
    const before = output.stdout.length;
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    const { data, codes } = await ask(url, 'hasura', token);
    expect(codes).toEqual([]);
    expect(data.sessionToken?.expiresIn).toBeGreaterThan(50);
    expect((await ask(url, 'nhost', token)).codes).toEqual(['TEMPLATE_NOT_FOUND']);
    expect((await ask(url, 'hasura')).codes).toEqual(['UNAUTHENTICATED']);

    const lines = output.stdout
      .slice(before)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = lines.filter(({ msg }) => msg === 'graphql');
    expect(requests.map(({ operation, outcome, mints }) => ({ operation, outcome, mints }))).toEqual([
      { operation: 'SessionToken', outcome: 'OK', mints: 1 },
      { operation: 'SessionToken', outcome: 'TEMPLATE_NOT_FOUND', mints: 0 },
      { operation: 'SessionToken', outcome: 'UNAUTHENTICATED', mints: 0 },
    ]);
    expect(leaksIn(output.stdout + output.stderr)).toEqual([]);
  });

  test('refuses session tokens of unauthorized parties', async () => {
    const { url } = usual;
    const foreign = await clerk.mintSessionToken('sess_ada', { azp: 'https://evil.example.com' });
    expect((await ask(url, 'hasura', foreign)).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('X08 runs in production mode by default, without GraphiQL', async () => {
    expect((await fetch(usual.url, { headers: { accept: 'text/html' } })).status).toBe(405);
    const development = await startServe(keys({ NODE_ENV: 'development' }));
    const page = await fetch(development.url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('YogaGraphiQL');
  });

  test('reads .env, and gives precedence to the environment', async () => {
    const folder = await newFolder({
      '.env': 'MINTGATE_GRAPHQL_PATH=/from-file\nMINTGATE_TEMPLATES=minimal\n',
    });
    const { url } = await startServe(keys(), { folder });
    expect(new URL(url).pathname).toBe('/from-file');
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    expect((await ask(url, 'hasura', token)).codes).toEqual([]);
  });

  test.each<[string, (text: string) => Uint8Array]>([
    ['UTF-8 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 as PowerShell writes it', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('X20 reads .env in %s', async (_encoding, encode) => {
    const { MINTGATE_TEMPLATES: _, CLERK_SECRET_KEY: secretKey = '', ...env } = keys();
    const folder = await newFolder({});
    const text = `CLERK_SECRET_KEY=${secretKey}\r\nMINTGATE_TEMPLATES=minimal\r\n`;
    await writeFile(join(folder, '.env'), encode(text));
    const { url } = await startServe(env, { folder });
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    expect((await ask(url, 'minimal', token)).codes).toEqual([]);
  });

  test('takes secrets from the files that the environment names', async () => {
    const { CLERK_SECRET_KEY: secretKey = '', ...env } = keys();
    const folder = await newFolder({ 'secret-key': `${secretKey}\n` });
    const { url } = await startServe({ ...env, CLERK_SECRET_KEY_FILE: 'secret-key' }, { folder });
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    expect((await ask(url, 'hasura', token)).codes).toEqual([]);
  });

  test('takes templates and policies from mintgate.config.ts', async () => {
    const library = new URL('../../src/index.ts', import.meta.url).href;
    const folder = await newFolder({
      'mintgate.config.ts': `import { defineConfig } from ${JSON.stringify(library)};
export default defineConfig({
  graphqlEndpoint: '/from-file',
  maxBodyBytes: 1,
  templates: { minimal: { allowImpersonated: true }, hasura: {} },
});`,
    });
    // The environment takes precedence over the file.
    const { MINTGATE_TEMPLATES: _, ...env } = keys({ MINTGATE_MAX_BODY_BYTES: '65536' });
    const { url } = await startServe(env, { folder });
    const token = await clerk.mintSessionToken('sess_grace_impersonated', { azp: 'http://localhost:3000' });
    expect(new URL(url).pathname).toBe('/from-file');
    expect((await ask(url, 'minimal', token)).codes).toEqual([]);
    expect((await ask(url, 'hasura', token)).codes).toEqual(['FORBIDDEN']);
  });

  test('MINTGATE_TEMPLATES limits the templates of the config file, which keep their policies', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': `export default { templates: { minimal: { allowImpersonated: true }, hasura: {}, nhost: {} } };`,
    });
    const { url } = await startServe(keys({ MINTGATE_TEMPLATES: 'hasura,minimal' }), { folder });
    const token = await clerk.mintSessionToken('sess_grace_impersonated', { azp: 'http://localhost:3000' });
    const outcomes = await Promise.all(
      ['minimal', 'hasura', 'nhost'].map(async (template) => (await ask(url, template, token)).codes),
    );
    expect(outcomes).toEqual([[], ['FORBIDDEN'], ['TEMPLATE_NOT_FOUND']]);
  });

  test('X21 warns about an unknown variable that looks like a setting, and starts', async () => {
    const more = {
      MINTGATE_IMAGE: 'mintgate:2',
      MINTGATE_SERVICE_HOST: '10.0.0.1',
      PORT: 'tcp://10.0.0.1:4000',
    };
    const { output, url } = await startServe(keys({ ...more }), { args: ['--port', '0'] });
    expect(new URL(url).port).not.toBe('4000');
    const warnings = output.stdout.split('\n').filter((line) => line.includes('no such setting'));
    expect(warnings.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 40, msg: expect.stringMatching(/^MINTGATE_IMAGE: .*ignored/) }),
    ]);
  });

  test('continues to serve when the reader of its log has exited', async () => {
    const { url, child } = await startServe(keys());
    child.stdout?.destroy();
    for (let asked = 0; asked < 5; asked += 1)
      expect((await ask(url, 'hasura')).codes).toEqual(['UNAUTHENTICATED']);
    expect(child.exitCode).toBeNull();
  });

  test('reloads the settings on SIGHUP, and refuses a file that cannot be used', async () => {
    const config = (templates: string, more = '') =>
      `export default { templates: ${templates}, authorizedParties: ['http://localhost:3000']${more} };`;
    const { MINTGATE_TEMPLATES: _, CLERK_AUTHORIZED_PARTIES: __, ...env } = keys();
    const folder = await newFolder({ 'mintgate.config.ts': config("['hasura']") });
    const { url, child, seen } = await startServe(env, { folder });
    const file = join(folder, 'mintgate.config.ts');
    const codes = async (template: string) => {
      const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
      return (await ask(url, template, token)).codes;
    };
    expect([await codes('hasura'), await codes('minimal')]).toEqual([[], ['TEMPLATE_NOT_FOUND']]);
    await writeFile(file, config("['minimal']", ', cacheSize: 7'));
    child.kill('SIGHUP');
    await seen(
      /"changed":\["MINTGATE_TEMPLATES","MINTGATE_CACHE_SIZE"\],"needRestart":\["MINTGATE_CACHE_SIZE"\],"msg":"settings reloaded"/,
    );
    expect([await codes('hasura'), await codes('minimal')]).toEqual([['TEMPLATE_NOT_FOUND'], []]);
    await writeFile(file, config("['nhost']", ', deadline: 1'));
    child.kill('SIGHUP');
    await seen(/deadline: expected a whole number .*"msg":"settings not reloaded: nothing has changed"/);
    expect([await codes('hasura'), await codes('minimal')]).toEqual([['TEMPLATE_NOT_FOUND'], []]);
  });

  test('reloads the settings when a file has changed, where MINTGATE_WATCH asks for that', async () => {
    const folder = await newFolder({ '.env': 'MINTGATE_TEMPLATES=hasura' });
    const { MINTGATE_TEMPLATES: _, ...env } = keys({ MINTGATE_WATCH: 'true' });
    const { url, seen } = await startServe(env, { folder });
    await writeFile(join(folder, '.env'), 'MINTGATE_TEMPLATES=minimal\nMINTGATE_LOG_LEVEL=debug');
    await seen(/"cause":"a file has changed","changed":\["MINTGATE_TEMPLATES"\],"msg":"settings reloaded"/);
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    expect((await ask(url, 'hasura', token)).codes).toEqual(['TEMPLATE_NOT_FOUND']);
    await fetch(new URL('/health', url));
    await seen(/"level":20,.*"msg":"request"/);
  });

  test('reloads a config file behind the symbolic links of Kubernetes, with what it imports', async () => {
    const folder = await newFolder({});
    const write = async (version: string, template: string) => {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'name.ts'), `export const name: string = '${template}';`);
      const config = 'import { name } from "./name.ts"; export default { templates: [name] };';
      await writeFile(join(folder, version, 'mintgate.config.ts'), config);
    };
    await write('..1', 'hasura');
    await symlink('..1', join(folder, '..data'));
    for (const file of ['mintgate.config.ts', 'name.ts']) await symlink(`..data/${file}`, join(folder, file));
    const { MINTGATE_TEMPLATES: _, ...env } = keys({ MINTGATE_WATCH: 'true' });
    const { url, seen, output } = await startServe(env, { folder });
    await write('..2', 'minimal');
    await symlink('..2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await rm(join(folder, '..1'), { recursive: true });
    await seen(/"changed":\["MINTGATE_TEMPLATES"\],.*"msg":"settings reloaded"/);
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    expect((await ask(url, 'minimal', token)).codes).toEqual([]);
    expect((await ask(url, 'hasura', token)).codes).toEqual(['TEMPLATE_NOT_FOUND']);
    expect(output.stdout).not.toContain('settings not reloaded');
  });

  test('answers the requests in progress before it ends on SIGTERM', async () => {
    const { url, child, ended } = await startServe(keys({ MINTGATE_SHUTDOWN_DELAY_MS: '0' }));
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    const release = clerk.controls.hang('POST /v1/sessions/{session_id}/tokens/{template_name}');
    const before = clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}');
    const answer = ask(url, 'hasura', token);
    await expect
      .poll(() => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'))
      .toBe(before + 1);
    child.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(new URL('/health', url)).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    release();
    expect((await answer).codes).toEqual([]);
    expect(await ended).toBe(0);
  });

  test('ends on SIGTERM during its start, even as the first process of a container, which needs a listener', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': `console.log('loading'); setInterval(() => {}, 1_000); await new Promise(() => {});`,
    });
    const { MINTGATE_TEMPLATES: _, ...env } = keys();
    const { child, seen, ended } = await startCommand(['serve'], { env, folder });
    await seen(/loading/);
    child.kill('SIGTERM');
    // Without a listener, the signal would end the process without an exit code.
    expect(await ended).toBe(143);
  });
});

describe('mintgate serve reports', () => {
  test('each missing setting, and where to find it', async () => {
    const { code, stderr } = await runCommand(['serve']);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^mintgate: CLERK_SECRET_KEY: .*Clerk Dashboard/),
      expect.stringMatching(/^mintgate: CLERK_PUBLISHABLE_KEY: .*Clerk Dashboard/),
      expect.stringMatching(/^mintgate: MINTGATE_TEMPLATES: .*Clerk Dashboard/),
      expect.stringMatching(/^mintgate: CLERK_AUTHORIZED_PARTIES: .*'any'/),
      expect.stringMatching(/^mintgate: settings go into the environment, or into a file \.env/),
      '',
    ]);
  });

  test('an invalid value, without quoting it', async () => {
    const { code, stderr } = await runCommand(['serve'], {
      env: keys({ CLERK_SECRET_KEY: 'pk_test_MARKER' }),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mintgate: CLERK_SECRET_KEY: this is a publishable key \(are the two swapped\?\): expected the secret key .*\n$/,
    );
    expect(stderr).not.toContain('MARKER');
  });

  test('an invalid policy of the config file, by its path in the file', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': `export default { templates: { hasura: { requires: { role: 'org:admin' } } } };`,
    });
    const { MINTGATE_TEMPLATES: _, ...env } = keys();
    const { code, stderr } = await runCommand(['serve'], { env, folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mintgate: \S+mintgate\.config\.ts: templates\.hasura\.organizationClaim: expected the path/,
    );
  });

  test('a template in MINTGATE_TEMPLATES that the config file lacks', async () => {
    const folder = await newFolder({
      'mintgate.config.ts': `export default { templates: { hasura: {}, nhost: { cache: false } } };`,
    });
    const env = keys({ MINTGATE_TEMPLATES: 'hasura,minimal' });
    const { code, stderr } = await runCommand(['serve'], { env, folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mintgate: MINTGATE_TEMPLATES \(entry 2\): names no template of \S+mintgate\.config\.ts, which has hasura, nhost: add it to the file, or remove it from MINTGATE_TEMPLATES\n$/,
    );
  });

  test.each([
    [
      'a config file that contains the secret key',
      `export default { secretKey: 'x' };`,
      /keep secrets out of files: set CLERK_SECRET_KEY instead of secretKey/,
    ],
    [
      'a config file that contains the URL of Redis',
      `export default { redisUrl: 'redis://localhost' };`,
      /keep secrets out of files: set REDIS_URL instead of redisUrl/,
    ],
    [
      'a config file that contains the router secret',
      `export default { routerSecret: 'x' };`,
      /keep secrets out of files: set MINTGATE_ROUTER_SECRET instead of routerSecret/,
    ],
    [
      'a config file without a default export',
      'export const config = {};',
      /expected `export default defineConfig/,
    ],
    [
      'a config file that cannot be parsed',
      'export default {',
      /mintgate\.config\.ts: cannot be loaded: line 1, column 17: Unexpected/,
    ],
    [
      'a config file with a misspelt option',
      `export default { template: { hasura: {} } };`,
      /^mintgate: \S+mintgate\.config\.ts: template: there is no such option: did you mean templates\?\n$/,
    ],
  ])('%s', async (_what, text, message) => {
    const folder = await newFolder({ 'mintgate.config.ts': text });
    const { MINTGATE_TEMPLATES: _, ...env } = keys();
    const { code, stderr } = await runCommand(['serve'], { env, folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
