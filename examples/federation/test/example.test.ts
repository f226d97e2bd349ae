import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const example = fileURLToPath(new URL('..', import.meta.url));

/** Starts the example as `npm start` does, on a free port. */
async function startExample() {
  const child = spawn(process.execPath, ['start.ts'], {
    cwd: example,
    env: { PATH: process.env.PATH ?? '', PORT: '0' },
    // Also when the test fails.
    ...{ timeout: 120_000, killSignal: 'SIGKILL' },
  });
  const output = { stdout: '', stderr: '' };
  const ended = once(child, 'exit');
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
      if (/^curl [\s\S]*'\n\n/m.test(output.stdout)) resolve();
    });
    void ended.then(() => reject(new Error(`the example has ended:\n${output.stderr}`)));
  });
  const address = (name: string) => new RegExp(`^ *${name} +(\\S+)`, 'm').exec(output.stdout)?.[1] ?? '';
  return { child, output, ended, address };
}

test('the example exits after a signal to npm alone', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: example,
    detached: true,
    env: { PATH, HOME, PORT: '0' },
  });
  // The processes of the example also have the pipes open.
  const ended = once(npm, 'close');
  onTestFinished(async () => {
    if (npm.pid !== undefined && npm.stdout.readable) process.kill(-npm.pid, 'SIGKILL');
    await ended;
  });
  let output = '';
  for await (const chunk of npm.stdout) {
    output += chunk;
    if (/^curl [\s\S]*'\n\n/m.test(output)) npm.kill('SIGTERM');
  }
  await ended;
  const address = /Router +(\S+)/.exec(output)?.[1] ?? '';
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

describe('the example', () => {
  let running: Awaited<ReturnType<typeof startExample>>;
  beforeAll(async () => {
    running = await startExample();
  });
  afterAll(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
  });

  const ask = async (url: string, query: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return response.json();
  };

  test('is the script of npm start', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(scripts.start).toBe('node start.ts');
  });

  test('prints a command that gets a token and fields of the other subgraphs', async () => {
    const printed = running.output.stdout;
    const child = spawn('bash', ['-euo', 'pipefail', '-c', printed.slice(printed.indexOf('TOKEN='))]);
    let answer = '';
    child.stdout.on('data', (chunk) => {
      answer += chunk;
    });
    await once(child, 'close');
    expect(JSON.parse(answer)).toMatchObject({
      data: {
        session: {
          id: 'sess_ada',
          userId: 'user_ada',
          device: 'Firefox on Linux',
          reservations: ['analytical engine'],
          token: { jwt: expect.stringMatching(/^eyJ/), expiresIn: expect.any(Number) },
        },
      },
    });
  });

  test('refuses requests without a session', async () => {
    expect(await ask(running.address('Router'), '{ session { id } }')).toEqual({ data: { session: null } });
  });

  test('has no page for browsers, which would load scripts from a CDN', async () => {
    const response = await fetch(running.address('Router'), { headers: { accept: 'text/html' } });
    expect([response.ok, await response.text()]).toEqual([false, expect.not.stringMatching(/<script/)]);
  });

  test('has a Mintgate that returns its schema only to the router', async () => {
    const { errors } = await ask(running.address('Mintgate'), '{ _service { sdl } }');
    expect(errors).toMatchObject([{ message: 'Cannot query field "_service" on type "Query".' }]);
  });

  test('exits after a signal, without open handles', async () => {
    const urls = ['Router', 'Mintgate', 'Devices', 'Inventory', 'Local Clerk'].map(running.address);
    for (const url of urls) expect((await fetch(url)).status).toBeLessThan(500);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual([0, null]);
    for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(running.output.stderr).toBe('');
  });
});
