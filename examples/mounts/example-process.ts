import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalClerk } from '../../src/local-clerk/index.ts';
import { clerkEnvironment } from '../clerk-environment.ts';

/** A running example. */
export interface ExampleProcess {
  /** Where it listens, such as `http://localhost:3000`. */
  origin: string;
  /** What it has written so far. */
  output(): string;
  /** Ends it with SIGTERM, as a platform does; its exit code, or the signal that ended it. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

/** Longest that an example may take to answer for the first time, in milliseconds. */
const patience = 60_000;

/** Runs an npm script of an example to its end. @throws Error with what it wrote when it fails */
export async function runScript(
  example: string,
  script: string,
  clerk?: LocalClerk,
  more: Record<string, string> = {},
): Promise<void> {
  const { exited, output } = run(example, script, { ...environment(clerk), ...more });
  const code = await exited;
  if (code !== 0) throw new Error(`npm run ${script} in ${example} ended with ${code}:\n${output()}`);
}

/**
 * Starts an example by one of its npm scripts, on a free port, and waits until it answers.
 *
 * @param clerk - whose keys it gets @default none: it starts a local Clerk of its own
 */
export async function startExample(
  example: string,
  script: string,
  clerk?: LocalClerk,
): Promise<ExampleProcess> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const { child, exited, output } = run(example, script, { ...environment(clerk), PORT: String(port) });
  let stopped: ReturnType<ExampleProcess['stop']> | undefined;
  const stop = () => {
    stopped ??= terminate();
    return stopped;
  };
  async function terminate() {
    // The whole group: npm does not hand signals on.
    if (child.exitCode === null && child.signalCode === null && child.pid)
      process.kill(-child.pid, 'SIGTERM');
    const late = delay(10_000, 'late' as const, { ref: false });
    if ((await Promise.race([exited, late])) !== 'late') return exited;
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
    await exited;
    return 'SIGKILL' as const;
  }
  const end = Date.now() + patience;
  while (!(await answers(origin))) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`npm run ${script} in ${example} does not answer:\n${output()}`);
    }
    await delay(100);
  }
  return { origin, output, stop };
}

function run(example: string, script: string, env: NodeJS.ProcessEnv) {
  const cwd = fileURLToPath(new URL(`../${example}`, import.meta.url));
  const child = spawn('npm', ['run', '--silent', script], { cwd, env, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  return { child, exited, output: () => output };
}

/** The environment of a shell that names this Clerk, if any, without what the test runner has put there. */
function environment(clerk?: LocalClerk): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...(clerk && clerkEnvironment(clerk)) };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(origin: string): Promise<boolean> {
  try {
    await fetch(origin, { method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  }
}
