import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { postOperation } from '../support/post.ts';
import { freePort, startRedis } from '../support/redis-server.ts';
import { type Base, makeBase } from './base.ts';
import { buildImage, type Image } from './build-image.ts';
import { readCompose } from './compose.ts';
import { runInRoot } from './in-root.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));
/** A marker in files of the checkout that must not be in any layer. */
const planted = randomUUID();

let folder: string;
let base: Base;
let image: Image;
let clerk: LocalClerk;

beforeAll(async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('these tests do what a container engine does: run them as root, on Linux');
  folder = await mkdtemp(join(tmpdir(), 'mintgate-image-'));
  for (const part of ['base', 'context', 'stages']) await mkdir(join(folder, part));
  [base, clerk] = await Promise.all([makeBase(join(folder, 'base')), startLocalClerk()]);
  await copyCheckout(join(folder, 'context'));
  image = await buildImage({ base, context: join(folder, 'context'), folder: join(folder, 'stages') });
});
afterAll(async () => {
  await clerk?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Copies the checkout, and adds files with secrets that a checkout may contain. */
async function copyCheckout(context: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: repository });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(context, file)), { recursive: true });
    // A tracked file may be deleted in the working tree.
    await cp(join(repository, file), join(context, file)).catch(() => {});
  }
  const secrets = [
    '.env',
    'src/.env',
    'src/cli/.env.local',
    'mintgate.config.ts',
    'node_modules/left.js',
    'dist/left.js',
  ];
  for (const file of secrets) {
    await mkdir(dirname(join(context, file)), { recursive: true });
    await writeFile(join(context, file), `// ${planted}\n`);
  }
}

/** Starts the image as configured in compose.yaml: with its user, a read-only root, and no privileges. */
async function start(more: Record<string, string> = {}) {
  const { gateway } = (await readCompose()).services;
  expect(gateway).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  const port = await freePort();
  const env = {
    ...image.env,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'hasura',
    ...more,
    PORT: String(port),
  };
  const within = (command: readonly string[], different: Record<string, string> = {}) => {
    const { root, user, workdir } = image;
    return runInRoot({ base, root, user, workdir, access: 'ro', env: { ...env, ...different }, command });
  };
  const container = within([...image.entrypoint, ...image.cmd]);
  onTestFinished(async () => {
    await container.signal('SIGKILL');
    await container.ended;
  });
  const origin = `http://127.0.0.1:${port}`;
  const { output } = container;
  await expect
    .poll(() => output, { timeout: 30_000 })
    .toMatchObject({ stdout: expect.stringContaining('mintgate is listening') });
  const healthcheck = (different?: Record<string, string>) => within(image.healthcheck, different).ended;
  return { ...container, origin, within, healthcheck };
}

const get = async (url: string) => {
  const response = await fetch(url);
  return [response.status, await response.json()];
};

const ask = async (origin: string) => {
  const token = await clerk.mintSessionToken('sess_ada');
  return postOperation(`${origin}/graphql`, SessionTokenDocument, {
    variables: { template: 'hasura' },
    token,
  });
};

describe('the image of the Dockerfile', () => {
  test('contains the production dependencies, no development dependencies, and in no stage a secret of the checkout', async () => {
    expect((await readdir(join(image.root, image.workdir))).sort()).toEqual([
      'dist',
      'node_modules',
      'package.json',
    ]);
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(repository, 'package.json'), 'utf8'),
    );
    const modules = await readdir(join(image.root, image.workdir, 'node_modules'), { recursive: true });
    const isTelemetry = (name: string) => name.startsWith('@opentelemetry/');
    const development = Object.keys(devDependencies).filter((name) => !isTelemetry(name));
    const expected = [...Object.keys(dependencies), ...Object.keys(devDependencies).filter(isTelemetry)];
    for (const name of expected) expect(modules).toContain(name);
    for (const name of development) expect(modules).not.toContain(name);
    const { stdout } = await run('grep', ['-rlF', planted, join(folder, 'stages')]).catch(({ stdout }) => ({
      stdout,
    }));
    expect(stdout).toBe('');
    // The search itself works: it finds the marker in the checkout.
    expect((await run('grep', ['-rlF', planted, join(folder, 'context')])).stdout).toContain('.env');
  });

  test('serves as a user without privileges on a read-only file system, and reports its health', async () => {
    const before = await filesOf(image.root);
    const { origin, healthcheck, within, output } = await start();
    expect(await get(`${origin}/health`)).toEqual([200, { status: 'ok' }]);
    expect(await get(`${origin}/ready`)).toEqual([200, { status: 'ready' }]);
    const { data, codes } = await ask(origin);
    expect([codes, data.sessionToken?.expiresIn]).toEqual([[], expect.any(Number)]);
    expect(await healthcheck()).toBe(0);
    expect(await healthcheck({ PORT: String(await freePort()) })).toBe(1);

    const status = within([
      '/bin/sh',
      '-c',
      'id -u; grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status; touch here /app/x',
    ]);
    expect(await status.ended).toBe(1);
    expect(status.output.stdout.split(/\s+/)).toEqual([
      '1000',
      'CapEff:',
      '0000000000000000',
      'CapBnd:',
      '0000000000000000',
      'NoNewPrivs:',
      '1',
      '',
    ]);
    expect(status.output.stderr).toMatch(/here.*Read-only file system/);
    expect(output.stderr).toBe('');
    expect(await filesOf(image.root)).toEqual(before);
  });

  test('has the other commands, and accepts policies in TypeScript', async () => {
    const { within } = await start();
    const check = within([...image.entrypoint, 'check']);
    expect([await check.ended, check.output.stdout]).toEqual([
      0,
      expect.stringMatching(/^ok {3}template hasura/m),
    ]);

    // These tests have no mounts, so that the file is written to /tmp.
    const config =
      "import { defineConfig } from 'mintgate'; export default defineConfig({ templates: { nhost: {} } });";
    const write = 'echo "$1" > /tmp/mintgate.config.ts; shift; exec "$@"';
    const command = ['/bin/sh', '-c', write, 'sh', config, ...image.entrypoint, 'check'];
    const configured = within(command, {
      MINTGATE_TEMPLATES: '',
      MINTGATE_CONFIG: '/tmp/mintgate.config.ts',
    });
    expect([await configured.ended, configured.output.stdout]).toEqual([
      0,
      expect.stringMatching(/^ok {3}template nhost/m),
    ]);
  });

  test('answers Prometheus, and names no path of the image', async () => {
    const metricsPort = await freePort();
    const { origin } = await start({ MINTGATE_METRICS_PORT: String(metricsPort) });
    expect((await ask(origin)).codes).toEqual([]);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^mintgate_mints_total\{.*minted"\} 1$/m);
    expect(metrics).not.toContain('/app');
  });

  test('X11 ends as the first process on SIGTERM with 0 within its grace period, and loses no request', async () => {
    const { stop_grace_period } = (await readCompose()).services.gateway ?? {};
    const { origin, signal, ended, output } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    onTestFinished(() => agent.destroy());
    const token = await clerk.mintSessionToken('sess_ada');
    let ready = true;
    const answers: Promise<string>[] = [];
    const caller = async () => {
      while (ready) {
        const answer = post(`${origin}/graphql`, token, agent);
        answers.push(answer);
        await answer.catch(() => {});
      }
    };
    const callers = Array.from({ length: 16 }, caller);
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(100);
    const began = performance.now();
    await signal('SIGTERM');
    while (ready) {
      ready = (await fetch(`${origin}/ready`, { headers: { connection: 'close' } })).status === 200;
      await sleep(20);
    }
    await Promise.all(callers);
    const outcomes = await Promise.allSettled(answers);
    const lost = outcomes.filter(({ status }) => status === 'rejected');
    expect(lost).toEqual([]);
    for (const body of await Promise.all(answers))
      expect(JSON.parse(body).data.sessionToken.jwt).toEqual(expect.any(String));
    expect([await ended, output.stderr]).toEqual([0, '']);
    expect(performance.now() - began).toBeLessThan(Number.parseInt(stop_grace_period ?? '', 10) * 1000);
  });
});

describe('compose.yaml', () => {
  test('has gateways that share tokens through a Redis with the same arguments', async () => {
    const { gateway, redis } = (await readCompose()).services;
    const [command, ...args] = redis?.command ?? [];
    expect(command).toBe('redis-server');
    const server = await startRedis(args);
    onTestFinished(() => server.close());
    const url = new URL(gateway?.environment?.REDIS_URL ?? '');
    // The name of the service, and the default port of Redis.
    expect(url.host).toBe('redis:6379');
    url.host = `127.0.0.1:${server.port}`;

    const first = await start({ REDIS_URL: url.href });
    await expect
      .poll(() => get(`${first.origin}/ready`))
      .toEqual([200, { status: 'ready', redis: 'connected' }]);
    const held = await ask(first.origin);
    await expect.poll(() => server.client.dbsize()).toBeGreaterThan(0);
    const second = await start({ REDIS_URL: url.href });
    await expect
      .poll(() => get(`${second.origin}/ready`))
      .toEqual([200, { status: 'ready', redis: 'connected' }]);
    const shared = await ask(second.origin);
    expect([held.codes, shared.codes]).toEqual([[], []]);
    expect(shared.data.sessionToken?.jwt).toBe(held.data.sessionToken?.jwt);

    const policy = await server.client.config('GET', 'maxmemory-policy');
    expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
    const answers = await run(redis?.healthcheck?.test[1] ?? '', [
      '-p',
      String(server.port),
      ...(redis?.healthcheck?.test.slice(2) ?? []),
    ]);
    expect(answers.stdout).toBe('PONG\n');
  });
});

/** Lists every file below a folder, with its size, its time of change and its owner. */
async function filesOf(root: string): Promise<string> {
  return (await run('find', [root, '-printf', '%P %s %T@ %U\n'], { maxBuffer: 2 ** 28 })).stdout;
}

function post(url: string, token: string, agent: Agent): Promise<string> {
  const body = JSON.stringify({ query: SessionTokenDocument.toString(), variables: { template: 'hasura' } });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, (response) => {
      response.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
