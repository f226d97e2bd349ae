import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startExample } from './example-process.ts';

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
}
