import { readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder, runCommand } from '../../support/command.ts';
import { useClerk } from '../use-clerk.ts';

const world = useClerk();

/** Runs `mintgate types` in a folder, without settings in the environment unless they are given. */
const types = (folder: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
  runCommand(['types', ...args], { folder, env });

const keys = () => ({ CLERK_SECRET_KEY: world.clerk.secretKey, CLERK_API_URL: world.clerk.url });
const read = (folder: string, file = 'mintgate.types.ts') => readFile(join(folder, file), 'utf8');

describe('mintgate types', () => {
  test('G04 writes the types of the configured templates, with the secret key alone', async () => {
    const folder = await newFolder({});
    const env = { ...keys(), MINTGATE_TEMPLATES: 'short,hasura' };
    const { code, stdout, stderr } = await types(folder, [], env);
    expect({ code, stdout, stderr }).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: 'ok   mintgate.types.ts: written\n',
    });
    const text = await read(folder);
    expect(text).toContain(
      'export interface Templates {\n  hasura: HasuraClaims;\n  short: ShortClaims;\n}\n',
    );
    expect(text).toContain("    'x-hasura-user-id': string;\n");
    expect(text).toContain('  name: string | null;\n');
    expect(text).toContain("declare module 'mintgate/client'");
    expect(await readdir(folder)).toEqual(['mintgate.types.ts']);
  });

  test('G04 writes the same from Clerk, from an export and from data of the local Clerk', async () => {
    const answer = await fetch(`${world.clerk.url}/v1/jwt_templates`, {
      headers: { authorization: `Bearer ${world.clerk.secretKey}` },
    });
    const exported = await answer.json();
    const folder = await newFolder({
      'export.json': JSON.stringify(exported),
      'data.json': JSON.stringify({ jwt_templates: exported, users: [] }),
    });
    await types(folder, ['--out', 'clerk.ts'], keys());
    for (const from of ['export', 'data']) {
      const { code, stderr } = await types(folder, ['--from', `${from}.json`, '--out', `${from}.ts`]);
      expect([code, stderr]).toEqual([0, '']);
      expect(await read(folder, `${from}.ts`)).toBe(await read(folder, 'clerk.ts'));
    }
  });

  test('G04 writes the same from Clerk and from an export for claims that the local Clerk refuses', async () => {
    const claims = { sid: 'mine', o: { id: '{{org.id}}' }, sub: 'mine', aud: 'a' };
    const list = [{ object: 'jwt_template', id: 'jtmp_a', name: 'a', claims, lifetime: 60 }];
    const page = { data: list, total_count: 1 };
    world.clerk.controls.answerAlways({ status: 200, body: page }, 'GET /v1/jwt_templates');
    const folder = await newFolder({
      'list.json': JSON.stringify(list),
      'page.json': JSON.stringify(page),
      'data.json': JSON.stringify({ jwt_templates: list }),
    });
    await types(folder, ['--out', 'clerk.ts'], keys());
    const fromClerk = await read(folder, 'clerk.ts');
    expect(fromClerk).toContain("  sid: 'mine';\n");
    for (const from of ['list', 'page', 'data']) {
      const { code, stderr } = await types(folder, ['--from', `${from}.json`, '--out', `${from}.ts`]);
      expect([code, stderr]).toEqual([0, '']);
      expect(await read(folder, `${from}.ts`)).toBe(fromClerk);
    }
  });

  test('changes nothing when it runs again', async () => {
    const folder = await newFolder({});
    const args = ['--from', 'demo', '--json-schema', 'claims.json'];
    const first = await types(folder, args);
    expect(first.stdout).toMatch(/^ok {3}mintgate\.types\.ts: written\nok {3}claims\.json: written\n$/m);
    expect(first.stdout).toMatch(/^note template integration_firebase: has no JWT template: /m);
    const before = await stat(join(folder, 'mintgate.types.ts'));
    const again = await types(folder, args);
    expect(again.stdout).toMatch(/mintgate\.types\.ts: is up to date\nok {3}claims\.json: is up to date\n$/);
    const after = await stat(join(folder, 'mintgate.types.ts'));
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);
    expect(JSON.parse(await read(folder, 'claims.json')).$defs).toHaveProperty('hasura');
  });

  test('replaces no file that it did not write', async () => {
    const folder = await newFolder({ 'mine.ts': 'export const mine = 1;\n', 'claims.json': '' });
    const args = ['--from', 'demo', '--out', 'mine.ts', '--json-schema', 'claims.json'];
    const { code, stdout } = await types(folder, args);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail mine\.ts: mintgate types did not write this file, and does not replace it: /m,
    );
    expect(stdout).toMatch(/^ok {3}claims\.json: written$/m);
    expect(await read(folder, 'mine.ts')).toBe('export const mine = 1;\n');
    const checked = await types(folder, [...args, '--check']);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/^fail mine\.ts: mintgate types did not write this file/m);
  });

  test.each([
    ['mine.ts', 'export const note = "Generated by `mintgate types`";\n'],
    ['mine.json', '{ "scripts": { "types": "Generated by `mintgate types`" } }\n'],
  ])('does not replace a file that mentions it: %s', async (file, text) => {
    const folder = await newFolder({ [file]: text });
    const option = file.endsWith('.ts') ? '--out' : '--json-schema';
    const { code, stdout } = await types(folder, ['--from', 'demo', option, file]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `fail ${file}: mintgate types did not write this file, and does not replace it: `,
    );
    expect(await read(folder, file)).toBe(text);
  });

  test('writes through a symbolic link, and refuses the same file behind it', async () => {
    const folder = await newFolder({ 'src/index.ts': '' });
    await symlink('src/real.ts', join(folder, 'link.ts'));
    const args = ['--from', 'demo', '--out', 'link.ts'];
    expect((await types(folder, args)).code).toBe(0);
    expect(await readlink(join(folder, 'link.ts'))).toBe('src/real.ts');
    expect(await read(folder, 'src/real.ts')).toContain('export interface Templates');
    const both = await types(folder, [...args, '--json-schema', 'src/real.ts']);
    expect(both).toMatchObject({
      code: 1,
      stderr: 'mintgate: --json-schema src/real.ts: this is the TypeScript file, too: pass another path\n',
    });
  });

  test('writes to the file of the configuration, and leaves out the registration on request', async () => {
    const folder = await newFolder({
      '.env': 'MINTGATE_TYPES_FILE=types.ts\n',
      'mintgate.config.ts': 'export default { templates: { short: {}, ghost: {} } };',
    });
    const { code, stdout } = await types(folder, ['--from', 'demo', '--no-register']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn template ghost: gets no type: /m);
    const text = await read(folder, 'types.ts');
    expect(text).toContain('  short: ShortClaims;\n');
    expect(text).not.toMatch(/ghost|hasura|declare module/);
  });
});

describe('mintgate types --check', () => {
  test('G05 passes for a file that is up to date, and writes nothing', async () => {
    const folder = await newFolder({});
    await types(folder, ['--from', 'demo']);
    const { code, stdout } = await types(folder, ['--from', 'demo', '--check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {3}mintgate\.types\.ts: is up to date$/m);
  });

  test('G05 fails with what is out of date and the command to run, and writes nothing', async () => {
    const folder = await newFolder({});
    const claims = (reports: object) =>
      writeFile(
        join(folder, 'clerk.json'),
        JSON.stringify([
          { name: 'reports', claims: reports },
          { name: 'other', claims: {} },
        ]),
      );
    const args = ['--from', 'clerk.json', '--out', 'a b.ts', '--json-schema', 'claims.json'];
    await claims({ id: '{{user.id}}' });
    await types(folder, args);
    await claims({ id: '{{user.external_id}}' });
    const before = await read(folder, 'a b.ts');
    const { code, stdout, stderr } = await types(folder, [...args, '--check']);
    const command = 'run mintgate types --from clerk.json --out "a b.ts" --json-schema claims.json';
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.trim().split('\n')).toEqual([
      `fail a b.ts: is out of date: template reports has changed: ${command}`,
      `fail claims.json: is out of date: template reports has changed: ${command}`,
    ]);
    expect(await read(folder, 'a b.ts')).toBe(before);
    expect((await types(folder, args)).code).toBe(0);
    expect((await types(folder, [...args, '--check'])).code).toBe(0);
  });

  test('fails when there is no file', async () => {
    const folder = await newFolder({});
    const { code, stdout } = await types(folder, ['--from', 'demo', '--no-register', '--check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail mintgate\.types\.ts: there is no such file: run mintgate types --from demo --no-register$/m,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('accepts a file whose line ends Git has changed', async () => {
    const folder = await newFolder({});
    await types(folder, ['--from', 'demo']);
    const text = await read(folder);
    await writeFile(join(folder, 'mintgate.types.ts'), text.replaceAll('\n', '\r\n'));
    expect((await types(folder, ['--from', 'demo', '--check'])).code).toBe(0);
  });
});

describe('mintgate types ends with one line on standard error', () => {
  test.each<[string, string[], (keys: Record<string, string>) => Record<string, string>, RegExp]>([
    ['without a key', [], () => ({}), /^mintgate: CLERK_SECRET_KEY: is missing: /],
    [
      'for a wrong key',
      [],
      (right) => ({ ...right, CLERK_SECRET_KEY: `${right.CLERK_SECRET_KEY}x` }),
      /^mintgate: CLERK_SECRET_KEY: Clerk refuses this key: /,
    ],
    [
      'for a file that does not exist',
      ['--from', 'no.json'],
      () => ({}),
      /^mintgate: --from no\.json: there is /,
    ],
    ['for a folder', ['--from', '.'], () => ({}), /^mintgate: --from \.: this is a folder: /],
    [
      'for a file without JSON',
      ['--from', 'bad.json'],
      () => ({}),
      /^mintgate: --from bad\.json: is not JSON: /,
    ],
    [
      'for an output folder that does not exist',
      ['--from', 'demo', '--out', 'nowhere/a.ts'],
      () => ({}),
      /^mintgate: nowhere\/a\.ts: there is no folder nowhere: create it, or correct the path$/m,
    ],
    [
      'for one file for both',
      ['--from', 'demo', '--out', 'a.ts', '--json-schema', './a.ts'],
      () => ({}),
      /^mintgate: --json-schema \.\/a\.ts: this is the TypeScript file, too: pass another path$/m,
    ],
    [
      'for malformed templates',
      ['--from', 'demo'],
      () => ({ MINTGATE_TEMPLATES: '../a' }),
      /^mintgate: MINTGATE_TEMPLATES \(entry 1\): /,
    ],
  ])('%s', async (_when, args, env, line) => {
    const folder = await newFolder({ 'bad.json': world.clerk.secretKey });
    const { code, stderr } = await types(folder, args, env(keys()));
    expect(code).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/sk_test_[^ ]|is not valid JSON/);
    expect(await readdir(folder)).toEqual(['bad.json']);
  });
});
