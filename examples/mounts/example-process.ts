import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalClerk } from '../../src/local-clerk/index.ts';
import { clerkEnvironment } from '../clerk-environment.ts';

/** A running example. */
export interface ExampleProcess {
  /** The origin, such as `http://localhost:3000`. */
  origin: string;
  /** Its output so far. */
  output(): string;
  /** Stops it. @returns its exit code, or the signal that ended it */
  stop(): Promise<number | NodeJS.Signals | null>;
  /** Sends SIGTERM to npm only, and waits for all processes. @returns as `stop` does */
  stopNpm(): Promise<number | NodeJS.Signals | null>;
}

/** Each worker has a range below 32768, where Linux begins with ports for servers that ask for any. The start is random for other runs. */
let nextPort = 10_000 + 4_000 * Number(process.env.VITEST_POOL_ID ?? 0) + Math.floor(Math.random() * 3_000);

/** The longest time until the first answer of an example, in milliseconds. */
const timeoutMs = 120_000;

/** Runs an npm script of an example to its end. @throws Error with its output when it fails */
export async function runScript(
  example: string,
  script: string,
  clerk?: LocalClerk,
  more: Record<string, string> = {},
): Promise<void> {
  const { exited, output } = run(example, script, clerk, more);
  const code = await exited;
  if (code !== 0) throw new Error(`npm run ${script} in ${example} ended with ${code}:\n${output()}`);
}

/**
 * Starts an example by one of its npm scripts, on a free port, and waits until it answers.
 *
 * @param clerk - the local Clerk whose keys the example gets; one SIGTERM then stops it, as on a platform. Without it, npm starts the example
 *   with its own local Clerk, and SIGINT to all of its processes stops it, as in a terminal
 */
export async function startExample(
  example: string,
  script: string,
  clerk?: LocalClerk,
): Promise<ExampleProcess> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const {
    child: npm,
    exited,
    output,
    signal,
    hasEnded,
  } = run(example, script, clerk, { PORT: String(port) });
  let stopped: ReturnType<ExampleProcess['stop']> | undefined;
  const stop = () => {
    stopped ??= terminate(signal);
    return stopped;
  };
  const stopNpm = () => {
    stopped ??= terminate(() => npm.kill('SIGTERM'));
    return stopped;
  };
  async function terminate(begin: () => void) {
    begin();
    const late = delay(20_000, 'late' as const, { ref: false });
    if ((await Promise.race([exited, late])) !== 'late') return exited;
    signal('SIGKILL');
    await exited;
    return 'SIGKILL' as const;
  }
  const end = Date.now() + timeoutMs;
  while (!(await answers(origin))) {
    if (hasEnded() || Date.now() > end) {
      await stop();
      throw new Error(`npm run ${script} in ${example} does not answer:\n${output()}`);
    }
    await delay(100);
  }
  return { origin, output, stop, stopNpm };
}

/** Runs an npm script: with the keys of a local Clerk, as on a platform, or without keys, as on a laptop. */
function run(example: string, script: string, clerk: LocalClerk | undefined, more: Record<string, string>) {
  const cwd = fileURLToPath(new URL(`../${example}/`, import.meta.url));
  const { PATH, HOME } = process.env;
  const bin = (folder: string) => join(folder, 'node_modules/.bin');
  const child = clerk
    ? // Without npm, which does not forward signals.
      spawn('sh', ['-c', `exec env ${scriptsOf(cwd)[script]}`], {
        cwd,
        detached: true,
        env: {
          ...{ HOME, ...clerkEnvironment(clerk), ...more },
          PATH: [bin(cwd), bin(join(cwd, '../..')), PATH].join(delimiter),
        },
      })
    : spawn('npm', ['run', '--silent', script], { cwd, detached: true, env: { PATH, HOME, ...more } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  /** Sends SIGTERM to one process, as a platform does, or SIGINT to all, as a terminal does. @param last - sends SIGKILL to all */
  const signal = (last?: 'SIGKILL') => {
    if (child.pid === undefined || (hasEnded() && !last)) return;
    if (clerk && !last) child.kill('SIGTERM');
    else process.kill(-child.pid, last ?? 'SIGINT');
  };
  return { child, exited, output: () => output, signal, hasEnded };
}

function scriptsOf(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts;
}

/** Returns a port on which nothing listens. No other worker of vitest gets it, and the system gives it to no server that asks for any. */
export async function freePort(): Promise<number> {
  do nextPort += 1;
  while (!(await isFree(nextPort)));
  return nextPort;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, 'localhost', () => server.close(() => resolve(true)));
  });
}

async function answers(origin: string): Promise<boolean> {
  try {
    await fetch(origin, { method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}
