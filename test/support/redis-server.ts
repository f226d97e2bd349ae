import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Whether this machine has a `redis-server`. Always true in CI. */
export const hasRedis =
  process.env.CI === 'true' || spawnSync('redis-server', ['--version']).error === undefined;

/** The reason in the title of tests that are skipped without a `redis-server`. */
export const withRedis = hasRedis ? '' : ' (skipped: no redis-server on this machine)';

/** A `redis-server` for tests. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** The client of the test. While the server is down, its commands wait. */
  readonly client: Redis;
  /** Kills the server. Its data is lost. */
  kill(): Promise<void>;
  /** Starts the server again on the same port, without data. */
  restart(): Promise<void>;
  /** Stops the process: it accepts connections but does not answer, until `resume`. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of loopback. @param args - further arguments of `redis-server` */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-redis-'));
  let child = await run(port, folder, args);
  const client = new Redis(`redis://127.0.0.1:${port}`, { retryStrategy: () => 50 });
  client.on('error', () => {});
  const kill = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client,
    kill,
    async restart() {
      await kill();
      child = await run(port, folder, args);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async close() {
      client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(port: number, folder: string, args: readonly string[]): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...settings, '--dir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk;
      if (/Ready to accept connections/.test(output)) resolve();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server exited before it was ready:\n${output}`)));
  });
  return child;
}

/** Returns a port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
