import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runScript, startExample } from './example-process.ts';

/** Tests the first steps of a new user: starts the example without a key, and runs the printed command. */
export function testOnALaptop(example: string, script = 'dev'): void {
  test(`npm run ${script} in examples/${example}, without an account, prints a command that gets a token`, async () => {
    const { output, stop } = await startExample(example, script);
    onTestFinished(async () => void (await stop()));
    const printed = /^TOKEN=.*\n(?:.*\n)*? *-d .*$/m;
    await expect.poll(output).toMatch(printed);
    const [commands = ''] = printed.exec(output()) ?? [];
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands]);
    expect(JSON.parse(stdout).data.sessionToken).toEqual({
      jwt: expect.stringMatching(/^eyJ/),
      expiresIn: expect.any(Number),
    });
    expect(await stop()).not.toBe('SIGKILL');
  });

  test(`npm run ${script} in examples/${example} exits after a signal to npm alone`, async () => {
    const { origin, stop, stopNpm } = await startExample(example, script);
    onTestFinished(async () => void (await stop()));
    expect(await stopNpm()).not.toBe('SIGKILL');
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
  });
}

/** Tests the message of an example whose port is taken. */
export function testBusyPort(example: string): void {
  test(`npm run dev in examples/${example} reports in one line that its port is taken`, async () => {
    const other = createServer().listen(0, 'localhost');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(runScript(example, 'dev', undefined, { PORT: String(port) })).rejects.toThrow(
      `ended with 1:\nNothing can listen on port ${port} of localhost (EADDRINUSE): name another in PORT.\n`,
    );
  });
}
