import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { runCommand } from '../support/command.ts';

const root = new URL('../../', import.meta.url);

describe('mintgate', () => {
  test('--help names every command and every setting', async () => {
    const { code, stdout } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const word of ['dev', 'serve', 'check', 'schema', ...settings.map(({ name }) => name)]) {
      expect(stdout).toContain(word);
    }
  });

  test('without a command it shows the help', async () => {
    expect((await runCommand([])).stdout).toBe((await runCommand(['--help'])).stdout);
  });

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
      version: string;
    };
    expect((await runCommand(['--version'])).stdout).toBe(`${version}\n`);
  });

  test('schema prints what schema.graphql holds', async () => {
    expect((await runCommand(['schema'])).stdout).toBe(
      await readFile(new URL('schema.graphql', root), 'utf8'),
    );
  });

  test.each([
    [['mint'], 'mintgate: there is no command "mint"; see mintgate --help\n'],
    [['dev', 'serve'], 'mintgate: one command at a time: dev serve\n'],
    [['dev', '--port', 'http'], 'mintgate: --port: expected a port from 0 to 65535\n'],
    [
      ['dev', '--rate-limit', '0'],
      'mintgate: --rate-limit: expected a number of requests per 10 s, such as 100\n',
    ],
    [['serve', '--wat'], "mintgate: Unknown option '--wat'; see mintgate --help\n"],
  ])('%j is refused with a line that says why', async (args, message) => {
    const { code, stderr } = await runCommand(args);
    expect([code, stderr]).toEqual([1, message]);
  });
});
