import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { currentReadme, readmeFile } from '../../scripts/documents/write-readme.ts';
import { createGateway, createLogger } from '../../src/index.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { newFolder, quickStart, runCommand, startCommand, startDev } from '../support/command.ts';
import { workingOptions } from '../support/gateway.ts';

const readme = await readFile(readmeFile, 'utf8');
const source = (file: string) => new URL(`../../src/${file}`, import.meta.url).href;

/** Returns the code blocks of a language, without the indentation of a list. */
function blocks(language: string): string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...readme.matchAll(fence)].map(([, indent = '', code = '']) =>
    code.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Returns the only block of a language that contains a text. */
function block(language: string, text: string): string {
  const found = blocks(language).filter((code) => code.includes(text));
  expect(found, `blocks of ${language} with ${text}`).toHaveLength(1);
  return found[0] ?? '';
}

/** Runs copied shell code against a server on another port. */
async function shell(code: string, origin: string, env: Record<string, string> = {}): Promise<string> {
  const here = code.replaceAll('http://127.0.0.1:4000', origin);
  expect(here).not.toBe(code);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', here], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return output;
}

describe('README.md', () => {
  test('has current settings, error codes and examples (npm run codegen writes them)', async () => {
    expect(readme).toBe(await currentReadme());
  });

  test('contains only commands that are run below or by .ci/run', async () => {
    const commands = blocks('sh')
      .flatMap((code) => code.replaceAll('\\\n', '').split('\n'))
      .filter((line) => line !== '');
    expect(commands.map((line) => line.replace(/^(TOKEN=\$\(curl|curl).*/, '$1 ...'))).toEqual([
      'npm ci && npm run dev',
      'TOKEN=$(curl ...',
      'curl ...',
      'npm ci && npm test',
      'npm run check',
      'npm start',
      'curl ...',
      'curl ...',
      'MINTGATE_PERSISTED_ONLY=true npm run dev',
      'TOKEN=$(curl ...',
      'curl ...',
      // By npm run test:clients.
      'cd examples/clients && npm install && npm start',
      // Without a container engine: npm run test:deploy runs the same steps and their result.
      'docker compose up --build --detach --wait',
      'docker build --tag mintgate . && docker run --rm --env-file .env mintgate check',
      'docker run --env-file .env --publish 127.0.0.1:4000:4000 --read-only --cap-drop ALL mintgate',
      // By npm run test:federation.
      'cd examples/federation && npm install && npm start',
    ]);
    const packageFile = new URL('../../package.json', import.meta.url);
    const { scripts } = JSON.parse(await readFile(packageFile, 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts).toMatchObject({
      dev: 'node src/cli.ts dev',
      check: 'node src/cli.ts check',
      start: 'node src/cli.ts serve',
      test: 'vitest run',
    });
  });

  test('shows the settings of .env.example', async () => {
    const text = await readFile(new URL('../../.env.example', import.meta.url), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual(block('ini', 'CLERK_SECRET_KEY').trim().split('\n'));
  });

  test('gets a token, and a subscription to tokens, from mintgate dev by curl', async () => {
    const { ready } = await startDev();
    const answer = await shell(block('sh', 'expiresIn claims'), new URL(ready.url).origin);
    expect(JSON.parse(answer)).toMatchObject({ data: { sessionToken: { claims: { sub: 'user_ada' } } } });
    const { origin } = new URL(ready.url);
    const signIn = block('sh', 'expiresIn claims').split('\n')[0] ?? '';
    // Ends after 2 s instead of a minute.
    const subscribing = block('sh', 'text/event-stream').replace('-m 60', '-m 2');
    const events = await shell(`${signIn}\n${subscribing}`, origin);
    expect(events).toMatch(/^event: next\ndata: \{"data":\{"sessionToken":\{"jwt":"eyJ/m);
  });
});

describe('README.md, for an instance of Clerk', () => {
  let clerk: LocalClerk;
  beforeAll(async () => {
    clerk = await startLocalClerk();
  });
  afterAll(() => clerk.close());

  /** The README's .env with the keys and the address of the local Clerk. */
  const dotEnv = () =>
    block('ini', 'CLERK_SECRET_KEY')
      .replace('sk_test_...', clerk.secretKey)
      .replace('pk_test_...', clerk.publishableKey)
      .concat(`CLERK_API_URL=${clerk.url}\nHOST=127.0.0.1\nPORT=0\n`);

  /** Starts a gateway on loopback, until the test ends. */
  async function startGateway() {
    const gateway = createGateway({ ...workingOptions(clerk), logger: createLogger({ level: 'silent' }) });
    const server = createServer(gateway);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await gateway.dispose();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
  }

  test('has a .env with which check passes and serve answers', async () => {
    const folder = await newFolder({ '.env': dotEnv() });
    const checked = await runCommand(['check'], { folder });
    expect(checked).toMatchObject({ code: 0, stderr: '' });

    const { seen } = await startCommand(['serve'], { folder });
    const [, url = ''] = await seen(/"url":"([^"]+)"/);
    const token = await clerk.mintSessionToken('sess_ada', { azp: 'http://localhost:3000' });
    const answer = await shell(block('sh', '$SESSION_TOKEN'), new URL(url).origin, { SESSION_TOKEN: token });
    expect(JSON.parse(answer)).toMatchObject({ data: { sessionToken: { expiresAt: expect.any(String) } } });
  });

  test('has a working request for a persisted document by its id', async () => {
    const [, name = '', value = ''] = /^(\w+)=(\w+) npm run dev$/m.exec(block('sh', 'PERSISTED_ONLY')) ?? [];
    const { ready } = await startDev([], { env: { [name]: value } });
    const { origin } = new URL(ready.url);
    const answer = await shell(block('sh', 'documentId'), origin);
    expect(JSON.parse(answer)).toMatchObject({ data: { sessionToken: { jwt: expect.any(String) } } });
    const refused = await shell(block('sh', 'expiresIn claims'), origin);
    expect(JSON.parse(refused)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    const without = await startDev();
    const answered = await shell(block('sh', 'documentId'), new URL(without.ready.url).origin);
    expect(JSON.parse(answered).errors[0].message).toContain(`set ${name} `);
  });

  test('has a config file that is accepted', async () => {
    const config = block('ts', 'export default defineConfig');
    const limited = await newFolder({ '.env': dotEnv(), 'mintgate.config.ts': config });
    expect(await runCommand(['check'], { folder: limited })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^ok {3}template hasura.*\nnote templates of the instance that are not configured.*reports/m,
      ),
    });
    const env = dotEnv().replace(/^MINTGATE_TEMPLATES.*$/m, '');
    const folder = await newFolder({ '.env': env, 'mintgate.config.ts': config });
    const { stdout } = await runCommand(['check'], { folder });
    expect(stdout).toMatch(/^ok {3}template hasura/m);
    expect(stdout).toMatch(/^ok {3}template reports/m);
    expect(stdout).toMatch(
      /^fail template support: configured, but the instance has no JWT template of this name/m,
    );
  });

  test('has a server that starts', async () => {
    const code = block('ts', '.listen(4000)')
      .replace("'mintgate'", JSON.stringify(source('index.ts')))
      .replace('.listen(4000)', '.listen(0, function () { console.log(this.address().port) })');
    const folder = await newFolder({ 'server.ts': code, 'package.json': '{"type":"module"}' });
    const { secretKey: CLERK_SECRET_KEY, publishableKey: CLERK_PUBLISHABLE_KEY } = clerk;
    const child = spawn(process.execPath, [...quickStart.args, 'server.ts'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...quickStart.env, CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY },
    });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
        child.stderr.once('data', (chunk) => reject(new Error(String(chunk))));
      });
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    } finally {
      child.kill();
    }
  });

  test('has documents that are answered', async () => {
    const { url } = await startGateway();
    const authorization = `Bearer ${await clerk.mintSessionToken('sess_ada')}`;
    const accept = 'application/graphql-response+json, text/event-stream';
    const headers = { 'content-type': 'application/json', accept, authorization };
    const documents = blocks('graphql');
    expect(documents.map((document) => document.split(' ')[0])).toEqual(['query', 'subscription']);
    for (const query of documents) {
      const body = JSON.stringify({ query, variables: { template: 'hasura' } });
      const answer = await fetch(url, { method: 'POST', headers, body });
      const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
      const { value = '' } = await reader.read();
      expect(value).toMatch(/"sessionToken":\{"jwt":"eyJ/);
      expect(value).not.toContain('"errors"');
      await reader.cancel();
    }
  });

  /** Runs a block as part of an app, and returns the values that it passed to `show`. */
  async function runApp(code: string, url: string): Promise<unknown[][]> {
    const sessionToken = await clerk.mintSessionToken('sess_ada');
    const app = code
      .replace("'mintgate/client'", JSON.stringify(source('client/index.ts')))
      .replace("'mintgate/client/documents'", JSON.stringify(source('client/documents.ts')))
      .replace('https://tokens.example.com/graphql', url);
    expect(app).not.toContain('mintgate/client');
    expect(app).toContain(url);
    const around = `const sessionToken = process.env.SESSION_TOKEN;
      const clerk = { session: { getToken: async () => sessionToken } };
      const show = (...values) => console.log(JSON.stringify(values));`;
    const folder = await newFolder({ 'app.ts': `${around}\n${app}`, 'package.json': '{"type":"module"}' });
    const child = spawn(process.execPath, ['app.ts'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', SESSION_TOKEN: sessionToken },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.on('close', resolve));
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('has a token source that returns a token or an error code', async () => {
    const { url } = await startGateway();
    const code = block('ts', 'createTokenSource');
    expect(await runApp(code, url)).toEqual([[expect.stringMatching(/^eyJ[^.]+\.[^.]+\.[^.]+$/)]]);
    expect(await runApp(code.replace("'hasura'", "'unknown'"), url)).toEqual([['TEMPLATE_NOT_FOUND', null]]);
  });

  test('has a query by fetch that returns a token or an error code', async () => {
    const { url } = await startGateway();
    const code = block('ts', 'data?.sessionToken');
    expect(await runApp(code, url)).toEqual([
      [{ jwt: expect.stringMatching(/^eyJ/), expiresIn: expect.any(Number) }],
    ]);
    expect(await runApp(code.replace('hasura', 'unknown'), url)).toEqual([['TEMPLATE_NOT_FOUND']]);
  });

  test('has a typed operation that is answered', async () => {
    const { url } = await startGateway();
    const [[left]] = (await runApp(block('ts', 'SessionTokenDocument'), url)) as [[number]];
    expect(left).toBeGreaterThan(50);
  });

  test('names every recipe', async () => {
    const files = (await readdir(new URL('../../examples/clients', import.meta.url))).filter(
      (file) => file.endsWith('.ts') && file !== 'vitest.config.ts',
    );
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) expect(readme).toContain(`(examples/clients/${file})`);
  });
});
