import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type CallableProcess, type Remote, startProcess } from '../test/support/remote.ts';
import type { LoadProcess } from './load/process.ts';
import type { ClerkSettings, MeasuredServer } from './servers/answer.ts';
import type { ClerkServer } from './servers/clerk.ts';

/** Whether the server and the load can run on separate processors. */
export const pinned = cpus().length > 1 && spawnSync('taskset', ['--version']).error === undefined;

/** The processors of the measured server, and of everything else. */
const processor = { measured: '0', beside: '1' };

type Handlers = Record<string, (...args: never[]) => unknown>;

export interface Started<Asked extends Handlers> {
  ask: Remote<Asked>;
  stop(): Promise<void>;
}

async function start<Asked extends Handlers>(
  file: string,
  where: keyof typeof processor,
  env: Record<string, string> = {},
): Promise<Started<Asked>> {
  const { ask, child }: CallableProcess<Asked> = await startProcess<Asked>(
    fileURLToPath(new URL(file, import.meta.url)),
    {
      wrapper: pinned ? ['taskset', '-c', processor[where]] : [],
      env: { ...process.env, ...env },
    },
  );
  return {
    ask,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

/** The local Clerk and the load. */
export async function startSurroundings() {
  const [clerk, load] = await Promise.all([
    start<ClerkServer>('servers/clerk.ts', 'beside'),
    start<LoadProcess>('load/process.ts', 'beside'),
  ]);
  return {
    clerk: clerk.ask,
    load: load.ask,
    stop: () => Promise.all([clerk.stop(), load.stop()]),
  };
}

export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

/**
 * Starts a server to measure, in production mode.
 *
 * @param name - its file in `servers`
 * @param first - a file in `servers` that it runs before
 */
export function startServer<Asked extends MeasuredServer & Handlers>(
  name: string,
  settings: Partial<ClerkSettings> & Record<string, unknown>,
  first?: string,
): Promise<Started<Asked>> {
  return start<Asked>(`servers/${name}.ts`, 'measured', {
    NODE_ENV: 'production',
    BENCH_SETTINGS: JSON.stringify(settings),
    ...(first === undefined
      ? {}
      : { NODE_OPTIONS: `--import=${new URL(`servers/${first}.ts`, import.meta.url)}` }),
  });
}
