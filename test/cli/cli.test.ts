import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { environmentVariables } from '../../src/config/environment.ts';
import { runCommand } from '../support/command.ts';

const root = new URL('../../', import.meta.url);

describe('mintgate', () => {
  test('--help names every command and every setting', async () => {
    const { code, stdout } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'dev',
      'serve',
      'check',
      'types',
      'fingerprint',
      'revoke',
      'schema',
      ...environmentVariables.map(({ name }) => name),
    ]) {
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
    [
      'types',
      ['--from <source>', '[clerk]', 'MINTGATE_TYPES_FILE'],
      ['--port', '--rate-limit', 'CLERK_JWT_KEY'],
    ],
    ['fingerprint', ['standard input', 'MINTGATE_CACHE_KEY'], ['CLERK_API_URL', 'mintgate revoke']],
    ['revoke', ['--session <id>', '--user <id>', 'REDIS_URL'], ['--port', 'mintgate dev']],
    ['schema', ['subgraph'], ['--port', 'CLERK_SECRET_KEY', 'mintgate dev']],
  ])('%s --help describes that command alone', async (command, present, absent) => {
    const { code, stdout, stderr } = await runCommand([command, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^mintgate ${command}: `));
    for (const text of present) expect(stdout).toContain(text);
    for (const text of absent) expect(stdout).not.toContain(text);
    expect((await runCommand(['help', command])).stdout).toBe(stdout);
  });

  test('without a command, the help is printed', async () => {
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
