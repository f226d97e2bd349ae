import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isLoopback } from '../../../src/runtime/loopback.ts';
import { browserMissing, startBrowser } from '../../../test/support/browser.ts';
import { openPage } from './page-world.ts';

const missing = browserMissing();

/** Starts the page as `npm start` does, on a free port. */
async function startExample() {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(scripts.start).toBe('node server/start.ts');
  const child = spawn(process.execPath, ['server/start.ts'], {
    cwd,
    env: { PATH: process.env.PATH ?? '', PORT: '0' },
    ...{ timeout: 60_000, killSignal: 'SIGKILL' },
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (/Local Clerk .*\n/.test(output)) resolve();
    });
    void ended.then(() => reject(new Error('the example has ended')));
  });
  const address = (name: string) => new URL(new RegExp(`${name} +(\\S+)`).exec(output)?.[1] ?? '');
  return { child, ended, page: address('Page'), gateway: address('Gateway') };
}

describe.skipIf(missing)(`npm start${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test('prints the address of a page that gets tokens from a gateway on another origin, and revokes its session, on a machine that has only loopback', async () => {
    const { page, gateway, child, ended } = await startExample();
    expect(gateway.origin).not.toBe(page.origin);
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const context = await browser.newContext();
    const hosts = new Set<string>();
    context.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    // As on a machine that has only loopback.
    await context.addInitScript("Object.defineProperty(navigator, 'onLine', { get: () => false });");
    await context.route(
      (url) => !isLoopback(url.hostname),
      (route) => route.abort('internetdisconnected'),
    );
    // No button is visible before it works.
    await context.route('**/dev/world', async (route) => {
      await delay(500);
      await route.continue();
    });
    for (const client of ['cookies', 'relay']) {
      const shown = await openPage(context, client, page.port, { host: page.hostname, template: 'short' });
      expect(await shown.renewed()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(await shown.queryService()).toBe('You are user_ada.');
      await shown.page.selectOption('#template', 'unknown');
      await expect.poll(shown.log).toContain('Renewal: TEMPLATE_NOT_FOUND');
    }
    const shown = await openPage(context, 'urql', page.port, { host: page.hostname });
    await shown.renewed();
    await shown.page.click('#revoke');
    await expect.poll(shown.who, { timeout: 20_000 }).toBe('Signed out.');
    expect(await shown.page.locator('#offline').isVisible()).toBe(false);
    expect([...hosts].filter((host) => host !== '')).toEqual([page.hostname]);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

test('npm start exits after a signal to npm alone', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    detached: true,
    env: { PATH, HOME, PORT: '0' },
  });
  // The example holds them as well.
  const ended = once(npm, 'close');
  onTestFinished(async () => {
    if (npm.pid !== undefined && npm.stdout.readable) process.kill(-npm.pid, 'SIGKILL');
    await ended;
  });
  let output = '';
  for await (const chunk of npm.stdout) {
    output += chunk;
    if (/Local Clerk .*\n/.test(output)) npm.kill('SIGTERM');
  }
  await ended;
  await expect(fetch(/Page +(\S+)/.exec(output)?.[1] ?? '')).rejects.toThrow('fetch failed');
});
