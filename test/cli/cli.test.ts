import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { checkClock } from '../../src/cli/check/check-clock.ts';
import { type Command, commands } from '../../src/cli/commands.ts';
import { helpText } from '../../src/cli/help.ts';
import { unsupportedNode } from '../../src/cli/node-version.ts';
import { environmentVariables } from '../../src/config/environment.ts';
import { runCommand } from '../support/command.ts';

const root = new URL('../../', import.meta.url);

describe('mintgate', () => {
  test('--help names every command and every setting', async () => {
    const { code, stdout } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const word of ['dev', 'serve', 'check', 'schema', ...environmentVariables.map(({ name }) => name)]) {
      expect(stdout).toContain(word);
    }
  });

  test.each<[string, string[], string[]]>([
    [
      'dev',
      ['--data <file>', 'MINTGATE_TEMPLATES', '[all templates of the local Clerk]'],
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
      const { ignoredVariables = [], defaults = {} } = commands[command];
      const names = environmentVariables.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...ignoredVariables, ...Object.keys(defaults)]));
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

describe('versions of Node.js', () => {
  test.each(['20.20.2', '22.17.1', '18.0.0'])('%s will not do', (version) => {
    expect(unsupportedNode(version)).toBe(`needs Node.js 22.18 or later; this is ${version}`);
  });

  test.each(['22.18.0', '23.0.0', '24.21.0', process.versions.node])('%s will do', (version) => {
    expect(unsupportedNode(version)).toBeUndefined();
  });

  test('are those of package.json', async () => {
    const { engines } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=22.18');
  });
});

describe('the clock of this machine', () => {
  const here = Date.parse('2026-01-01T00:00:00Z');
  const difference = (seconds: number) =>
    checkClock({ here: here + 500, date: new Date(here + seconds * 1000).toUTCString() });

  test.each<[number, string, string]>([
    ...[-1, 0, 1].map((seconds): [number, string, string] => [
      seconds,
      'ok',
      "agrees with Clerk's, as far as whole seconds tell",
    ]),
    [2, 'ok', 'is 2 s behind'],
    [4, 'ok', 'is 4 s behind'],
    [-4, 'ok', 'is 4 s ahead of'],
    [5, 'fail', 'is 5 s behind'],
    [-5, 'fail', 'is 5 s ahead of'],
  ])('that differs by %i s is %s', (seconds, verdict, text) => {
    expect(difference(seconds)).toEqual({ verdict, text: expect.stringContaining(text) });
  });

  test.each([null, '', 'yesterday'])('cannot be compared with the Date %j', (date) => {
    expect(checkClock({ here, date }).verdict).toBe('warn');
  });
});
