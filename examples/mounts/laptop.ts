import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runScript, startExample } from './example-process.ts';

/** What a newcomer does: starts the example without a key, and copies what it prints. */
export function testOnALaptop(example: string, script = 'dev'): void {
  test(`npm run ${script} in examples/${example}, with no account, prints what gets a token`, async () => {
    const { output, stop } = await startExample(example, script);
    onTestFinished(async () => void (await stop()));
    const [commands = ''] = /^TOKEN=.*\n(?:.*\n)*? *-d .*$/m.exec(output()) ?? [];
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands]);
    expect(JSON.parse(stdout).data.sessionToken).toEqual({
      jwt: expect.stringMatching(/^eyJ/),
      expiresIn: expect.any(Number),
    });
    expect(await stop()).not.toBe('SIGKILL');
  });

  test(`npm run ${script} in examples/${example} ends when npm alone is told to`, async () => {
    const { origin, stop, stopNpm } = await startExample(example, script);
    onTestFinished(async () => void (await stop()));
    expect(await stopNpm()).not.toBe('SIGKILL');
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
  });
}

/** What an example says when something else listens on its port. */
export function testBusyPort(example: string): void {
  test(`npm run dev in examples/${example} says in one line that its port is taken`, async () => {
    const other = createServer().listen(0, 'localhost');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(runScript(example, 'dev', undefined, { PORT: String(port) })).rejects.toThrow(
      `ended with 1:\nNothing can listen on port ${port} of localhost (EADDRINUSE): name another in PORT.\n`,
    );
  });
}
