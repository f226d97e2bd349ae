import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';
import { listen, stop } from '../../../listen.ts';
import { gatewayConfig } from '../../gateway.config.ts';
import type { Router, StartRouter } from './routers.ts';

const example = fileURLToPath(new URL('../..', import.meta.url));
const command = fileURLToPath(
  new URL('../../node_modules/@graphql-hive/gateway/dist/bin.js', import.meta.url),
);

/** Starts Hive Gateway without a port. */
export const startHiveInProcess: StartRouter = async (supergraph) => {
  const runtime = createGatewayRuntime({
    ...(gatewayConfig as GatewayConfigSupergraph),
    supergraph,
    logging: false,
  });
  return {
    ask: async (request) => runtime.fetch('http://router.example/graphql', request),
    close: async () => runtime.dispose(),
  };
};

/** Starts the command `hive-gateway` with the configuration of the example. */
export const startHiveCommand: StartRouter = (supergraph) => startCommand(supergraph);

/** A router in a process of its own. */
export interface CommandRouter extends Router {
  /** Its GraphQL endpoint. */
  readonly url: string;
  /** Everything that it has written so far. */
  output(): string;
}

/**
 * Starts the command `hive-gateway`.
 *
 * @param options - further options of the command. @default none: it finds gateway.config.ts
 * @param env - its environment, beside the path
 */
export async function startCommand(
  supergraph: string,
  options: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CommandRouter> {
  const folder = await mkdtemp(join(tmpdir(), 'mintgate-federation-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraph);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [command, 'supergraph', file, '--host', '127.0.0.1', '--port', String(port), ...options],
    {
      ...{ cwd: example, env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
      // Also when the test fails.
      ...{ timeout: 300_000, killSignal: 'SIGKILL' },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  // It reports that it listens before it does.
  while (!(await answers(`${url}/readiness`))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`hive-gateway has ended:\n${output}`);
    await setTimeout(100);
  }
  const endpoint = `${url}/graphql`;
  return { url: endpoint, ask: (request) => fetch(endpoint, request), close, output: () => output };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

// The command does not print the port when it chooses a free one.
async function freePort(): Promise<number> {
  const server = createServer();
  const url = await listen(server);
  await stop(server);
  return Number(new URL(url).port);
}
