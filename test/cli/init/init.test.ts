import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostFilesOf, importedPackages, manualSteps } from '../../../src/cli/init/host-files.ts';
import { mountNames } from '../../../src/cli/init/mount-names.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { newFolder, runCommand } from '../../support/command.ts';

const example = (path: string) => readFile(new URL(`../../../examples/${path}`, import.meta.url), 'utf8');
const withoutMarks = (text: string) => text.replace(/^ *\/\/ mintgate: (?:begin|end)\n/gm, '');

describe('mintgate init', () => {
  test('writes a .env that only its owner can read and a config file, and prints the next step', async () => {
    const folder = await newFolder({ '.gitignore': 'node_modules\n.env\n' });
    const { code, stdout, stderr } = await runCommand(['init'], { folder });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^wrote \.env, which only you can read: add your two keys from Clerk Dashboard: /,
      ),
      expect.stringMatching(/^wrote mintgate\.config\.ts: list the JWT templates/),
      'next  mintgate check (in a checkout: npm run check)',
      '',
    ]);
    if (process.platform !== 'win32') {
      expect(((await stat(join(folder, '.env'))).mode & 0o777).toString(8)).toBe('600');
    }
  });

  test('needs only the keys to be filled in before mintgate check passes', async () => {
    const clerk = await startLocalClerk();
    onTestFinished(() => clerk.close());
    const folder = await newFolder({ 'package.json': '{"type":"commonjs"}' });
    await runCommand(['init'], { folder });
    const unfilled = await runCommand(['check'], { folder });
    expect(unfilled.stderr).toMatch(/^mintgate: CLERK_SECRET_KEY: this is the placeholder of an example: /);
    const text = await readFile(join(folder, '.env'), 'utf8');
    const filled = text.replace('sk_test_...', clerk.secretKey).replace('pk_test_...', clerk.publishableKey);
    await writeFile(join(folder, '.env'), filled);
    const { code, stdout, stderr } = await runCommand(['check'], {
      folder,
      env: { CLERK_API_URL: clerk.url },
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok {3}template hasura: lifetime 60 s$/m);
  });

  test('does not change an existing file', async () => {
    const files = {
      '.env': 'MINE=1\n',
      'mintgate.config.js': 'export default {};\n',
      'server.ts': '// mine\n',
    };
    const folder = await newFolder(files);
    const { code, stdout } = await runCommand(['init', '--mount', 'express'], { folder });
    expect(code).toBe(0);
    for (const [name, text] of Object.entries(files)) {
      expect(await readFile(join(folder, name), 'utf8')).toBe(text);
      expect(stdout).toContain(`kept  ${name}, which exists`);
    }
    // It prints the missing lines instead.
    expect(stdout).toContain("        app.use('/graphql', gateway);");
    expect(stdout).toContain('todo  .gitignore: add the line .env');
  });

  test.each(mountNames)('--mount %s writes the files of its example unchanged', async (mount) => {
    const folder = await newFolder({});
    const { code, stdout, stderr } = await runCommand(['init', '--mount', mount], { folder });
    expect([code, stderr]).toEqual([0, '']);
    const files = hostFilesOf(mount);
    expect(files.length).toBeGreaterThan(0);
    for (const { path } of files) {
      expect(stdout).toContain(`wrote ${path}`);
      const text = await readFile(join(folder, path), 'utf8');
      expect(text).toBe(withoutMarks(await example(`${mount}/${path}`)));
      expect(text).not.toContain('mintgate: begin');
      for (const name of importedPackages(text))
        expect(stdout).toMatch(new RegExp(`todo {2}install .* ${name}[, ]`));
    }
    for (const line of manualSteps[mount]) expect(stdout).toContain(`todo  ${line}\n`);
  });

  test('--mount next writes below src when src/app exists', async () => {
    const folder = await newFolder({ 'src/app/page.tsx': '' });
    await runCommand(['init', '--mount', 'next'], { folder });
    expect(await readFile(join(folder, 'src/app/graphql/route.ts'), 'utf8')).toContain('createGateway');
  });

  test('--mount refuses an unknown host, and writes nothing', async () => {
    const folder = await newFolder({});
    const { code, stderr } = await runCommand(['init', '--mount', 'nuxt'], { folder });
    expect([code, stderr]).toEqual([
      1,
      'mintgate: --mount: expected one of next, express, react-router, fastify, hono\n',
    ]);
    await expect(stat(join(folder, '.env'))).rejects.toThrow('ENOENT');
  });

  test('ends with one line for a file that cannot be written', async () => {
    const folder = await newFolder({ app: 'a file where a folder would be' });
    const { code, stderr } = await runCommand(['init', '--mount', 'next'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mintgate: app\/graphql\/route\.ts: cannot be written \(E\w+\): a file has the name of its folder: rename that file\n$/,
    );
  });
});
