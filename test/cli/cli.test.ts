import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { type Command, commands } from '../../src/cli/commands.ts';
import { helpText } from '../../src/cli/help.ts';
import { settings } from '../../src/config/environment.ts';
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

  test.each<[string, string[], string[]]>([
    [
      'dev',
      ['--data <file>', 'MINTGATE_TEMPLATES', '[all of the local Clerk]'],
      ['CLERK_SECRET_KEY', 'mintgate serve'],
    ],
    ['serve', ['--port <n>', 'CLERK_SECRET_KEY', 'NODE_ENV'], ['--data', 'mintgate dev', 'mintgate check']],
    [
      'check',
      ['exit code', 'CLERK_SECRET_KEY'],
      ['--port', '--data', 'MINTGATE_SHUTDOWN_DELAY_MS', 'mintgate dev'],
    ],
    ['schema', ['subgraph'], ['--port', 'CLERK_SECRET_KEY', 'mintgate dev']],
  ])('%s --help is about that command alone', async (command, told, untold) => {
    const { code, stdout, stderr } = await runCommand([command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^mintgate ${command}: `));
    for (const text of told) expect(stdout).toContain(text);
    for (const text of untold) expect(stdout).not.toContain(text);
    expect((await runCommand(['help', command])).stdout).toBe(stdout);
  });

  test('every help fits 100 columns, and no setting that it leaves out is misspelt', () => {
    for (const command of Object.keys(commands) as Command[]) {
      const lines = helpText(command).split('\n');
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
      const { settingsBut = [], defaults = {} } = commands[command];
      const names = settings.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...settingsBut, ...Object.keys(defaults)]));
    }
  });

  test('without a command it shows the help', async () => {
    const [none, help, asked] = await Promise.all([[], ['help'], ['--help']].map((args) => runCommand(args)));
    expect([none?.stdout, help?.stdout]).toEqual([asked?.stdout, asked?.stdout]);
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

  test('an option that there is none of is refused with a line that says why', async () => {
    const { code, stderr } = await runCommand(['serve', '--wat']);
    expect([code, stderr]).toEqual([1, "mintgate: Unknown option '--wat'; see mintgate --help\n"]);
  });

  test('a command that there is none of is refused with a line that says why', async () => {
    const { code, stderr } = await runCommand(['mint']);
    expect([code, stderr]).toEqual([1, 'mintgate: there is no command "mint"; see mintgate --help\n']);
  });
});

describe('arguments', () => {
  test.each<[string[], string]>([
    [
      ['dev', 'data.json'],
      'one command at a time: dev data.json (npm passes options on only after --, as in:',
    ],
    [['dev', '--port', 'http'], '--port: expected a port from 0 to 65535'],
    [['dev', '--port', '65536'], '--port: expected a port from 0 to 65535'],
    [
      ['dev', '--rate-limit', '0'],
      '--rate-limit: expected a number of requests per 10 s from 1 to 999999, such as 100',
    ],
    [['constructor'], 'there is no command "constructor"; see mintgate --help'],
    [['sreve', '--port', '3'], 'there is no command "sreve"; see mintgate --help'],
    [['serve', '--data', 'x'], '--data is an option of mintgate dev only'],
    [['check', '--port', '1'], '--port is an option of mintgate dev and serve only'],
    [['--json'], '--json is an option of mintgate dev only'],
  ])('%j are refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  test('of a command are read', () => {
    const line = readArguments(['dev', '--port', '65535', '--data', 'x', '--rate-limit', '100', '--json']);
    expect(line).toMatchObject({ command: 'dev', port: 65_535, data: 'x', rateLimit: 100, json: true });
  });
});
