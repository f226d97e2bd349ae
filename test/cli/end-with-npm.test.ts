import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLocalClerk } from '../../src/local-clerk/index.ts';
import { quickStart } from '../support/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs an npm script of this repository, and waits for a URL in its output. */
async function startScript(args: readonly string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const options = ['--silent', '--no-update-notifier'];
  const npm = spawn('npm', ['run', ...options, ...args], {
    cwd: root,
    // A process group, which is killed at the end of the test.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...quickStart.env, ...env },
  });
  // npm, its shell and node hold the pipes: they close when all three have ended.
  const ended = new Promise<string>((resolve) => npm.on('close', () => resolve('ended')));
  onTestFinished(async () => {
    if (npm.pid === undefined) return;
    try {
      process.kill(-npm.pid, 'SIGKILL');
    } catch {
      // No process of the group is left.
    }
    await ended;
  });
  let output = '';
  const url = new Promise<string>((resolve) => {
    const look = (chunk: Buffer) => {
      output += chunk;
      const [, found] = /"url":"([^"]+)"/.exec(output) ?? [];
      if (found) resolve(found);
    };
    npm.stdout.on('data', look);
    npm.stderr.on('data', look);
  });
  return { npm, ended, url: await url, output: () => output };
}

async function environment(): Promise<Record<string, string>> {
  const clerk = await startLocalClerk();
  onTestFinished(() => clerk.close());
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_AUTHORIZED_PARTIES: 'any',
    MINTGATE_TEMPLATES: 'hasura',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

// On Windows a process cannot notice that its parent has ended.
describe.skipIf(process.platform === 'win32')('a gateway that npm has started', () => {
  // Only with /proc can a process notice that the npm above its shell was killed.
  const signals: NodeJS.Signals[] = process.platform === 'linux' ? ['SIGTERM', 'SIGKILL'] : ['SIGTERM'];

  test.each(
    [['dev', '--', '--json'], ['start']].flatMap((script) =>
      signals.map((signal) => [script, signal] as const),
    ),
  )('npm run %j shuts down when npm alone gets %s', async (script, signal) => {
    const { npm, ended, url, output } = await startScript(script, await environment());
    expect((await fetch(new URL('/health', url))).status).toBe(200);
    npm.kill(signal);
    expect(await ended).toBe('ended');
    await expect(fetch(new URL('/health', url))).rejects.toThrow();
    expect(output()).toContain('the npm that started this process has ended: shutting down as on SIGTERM');
  });
});
