import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Base } from './base.ts';

const script = fileURLToPath(new URL('in-root.sh', import.meta.url));

export interface InRootOptions {
  base: Base;
  /** The folder that becomes `/`. */
  root: string;
  /** Whether `/` is writable. If not, /tmp is a separate, writable file system. */
  access: 'rw' | 'ro';
  /** The number of the user, and of its group. */
  user: number;
  workdir: string;
  /** The complete environment of the command. */
  env: Record<string, string>;
  command: readonly string[];
  npmCache?: string;
}

/** A command that runs as the first process in its own root folder. */
export interface InRoot {
  output: { stdout: string; stderr: string };
  /** The exit code. */
  ended: Promise<number | null>;
  /** Sends a signal to the command, as a container engine does to stop a container. */
  signal(name: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Runs a command as a container engine does. Requires root, on Linux. */
export function runInRoot(options: InRootOptions): InRoot {
  const { base, root, access, user, workdir, env, command, npmCache } = options;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--kill-child', script],
      ...[root, base.folder, access, String(user), workdir, ...variables, ...command],
    ],
    { env: { PATH: process.env.PATH, ...(npmCache && { NPM_CACHE: npmCache }) } },
  );
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk) => {
      output[stream] += chunk;
    });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    output,
    ended,
    async signal(name) {
      if (child.exitCode === null && child.signalCode === null)
        process.kill(await firstProcessOf(child), name);
    },
  };
}

/** Returns the id of the process that `unshare` has forked, because `unshare` does not forward signals. */
async function firstProcessOf({ pid }: ChildProcess): Promise<number> {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    if (children.trim()) return Number(children.trim().split(' ')[0]);
    await sleep(10);
  }
}
