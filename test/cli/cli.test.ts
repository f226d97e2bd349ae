import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkClock } from '../../src/cli/check/check-clock.ts';
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
  ])('%s --help describes that command alone', async (command, present, absent) => {
    const { code, stdout, stderr } = await runCommand([command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^mintgate ${command}: `));
    for (const text of present) expect(stdout).toContain(text);
    for (const text of absent) expect(stdout).not.toContain(text);
    expect((await runCommand(['help', command])).stdout).toBe(stdout);
  });

  test('without a command it prints the help', async () => {
    const [none, help, asked] = await Promise.all([[], ['help'], ['--help']].map((args) => runCommand(args)));
    expect([none?.stdout, help?.stdout]).toEqual([asked?.stdout, asked?.stdout]);
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
      version: string;
    };
    expect((await runCommand(['--version'])).stdout).toBe(`${version}\n`);
  });

  test('schema prints the text of schema.graphql', async () => {
    expect((await runCommand(['schema'])).stdout).toBe(
      await readFile(new URL('schema.graphql', root), 'utf8'),
    );
  });

  test('an unknown option is refused in one line', async () => {
    const { code, stderr } = await runCommand(['serve', '--wat']);
    expect([code, stderr]).toEqual([1, "mintgate: Unknown option '--wat'; see mintgate --help\n"]);
  });

  test('an unknown command is refused in one line', async () => {
    const { code, stderr } = await runCommand(['mint']);
    expect([code, stderr]).toEqual([1, 'mintgate: there is no command "mint"; see mintgate --help\n']);
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
