import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  currentDotEnv,
  currentHostFiles,
  dotEnvExample,
  hostFilesModule,
} from '../../../scripts/documents/host-files.ts';
import { mountNames } from '../../../src/cli/init/mount-names.ts';
import { byHand, filesOf, packagesOf } from '../../../src/cli/init/mounts.ts';
import { environmentVariables } from '../../../src/config/environment.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { newFolder, runCommand } from '../../support/command.ts';

const example = (path: string) => readFile(new URL(`../../../examples/${path}`, import.meta.url), 'utf8');
const withoutMarks = (text: string) => text.replace(/^ *\/\/ mintgate: (?:begin|end)\n/gm, '');

describe('mintgate init', () => {
  test('writes a .env that only its owner can read, and a config file, and says what comes next', async () => {
    const folder = await newFolder({ '.gitignore': 'node_modules\n.env\n' });
    const { code, stdout, stderr } = await runCommand(['init'], { folder });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^wrote \.env, which only you can read: copy the two keys .* Clerk Dashboard: /),
      expect.stringMatching(/^wrote mintgate\.config\.ts: name the JWT templates/),
      'next  mintgate check (in a checkout: npm run check)',
      '',
    ]);
    if (process.platform !== 'win32') {
      expect(((await stat(join(folder, '.env'))).mode & 0o777).toString(8)).toBe('600');
    }
  });

  test('leaves nothing to do but to fill in the keys: mintgate check then passes', async () => {
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
    expect(stdout).toMatch(/^ok {3}template hasura: lives 60 s$/m);
  });

  test('names a file that stands where a folder should be', async () => {
    const folder = await newFolder({ app: 'a file' });
    const { code, stderr } = await runCommand(['init', '--mount', 'next'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/app\/.*: cannot be written \(E\w+\): a file stands where its folder should be/);
  });

  test('never writes over a file that is there, whatever is in it', async () => {
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
      expect(stdout).toContain(`kept  ${name}, which was there`);
    }
    // What is missing in it is told instead.
    expect(stdout).toContain("        app.use('/graphql', gateway);");
    expect(stdout).toContain('todo  .gitignore: add a line .env');
  });

  test.each(mountNames)('--mount %s writes the files of its example, word for word', async (mount) => {
    const folder = await newFolder({});
    const { code, stdout, stderr } = await runCommand(['init', '--mount', mount], { folder });
    expect([code, stderr]).toEqual([0, '']);
    const files = filesOf(mount);
    expect(files.length).toBeGreaterThan(0);
    for (const { path } of files) {
      expect(stdout).toContain(`wrote ${path}`);
      const text = await readFile(join(folder, path), 'utf8');
      expect(text).toBe(withoutMarks(await example(`${mount}/${path}`)));
      expect(text).not.toContain('mintgate: begin');
      for (const name of packagesOf(text))
        expect(stdout).toMatch(new RegExp(`todo {2}install .* ${name}[, ]`));
    }
    for (const line of byHand[mount]) expect(stdout).toContain(`todo  ${line}\n`);
  });

  test('--mount next writes below src where the app is there', async () => {
    const folder = await newFolder({ 'src/app/page.tsx': '' });
    await runCommand(['init', '--mount', 'next'], { folder });
    expect(await readFile(join(folder, 'src/app/graphql/route.ts'), 'utf8')).toContain('createGateway');
  });

  test('--mount of another host is refused, and nothing is written', async () => {
    const folder = await newFolder({});
    const { code, stderr } = await runCommand(['init', '--mount', 'nuxt'], { folder });
    expect([code, stderr]).toEqual([
      1,
      'mintgate: --mount: expected one of next, express, react-router, fastify, hono\n',
    ]);
    await expect(stat(join(folder, '.env'))).rejects.toThrow('ENOENT');
  });

  test('a folder that cannot be written to ends it with a line that says why', async () => {
    const folder = await newFolder({ app: 'a file where a folder would be' });
    const { code, stderr } = await runCommand(['init', '--mount', 'next'], { folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mintgate: app\/graphql\/route\.ts: cannot be written \(\w+\): .*\n$/);
  });
});

describe('the files that it writes', () => {
  test('are as npm run codegen writes them from the examples', async () => {
    expect(await readFile(hostFilesModule, 'utf8')).toBe(await currentHostFiles());
    expect(await readFile(dotEnvExample, 'utf8')).toBe(currentDotEnv);
  });

  test('name settings that there are', () => {
    const names = [...currentDotEnv.matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(4);
    expect(environmentVariables.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  test('ask for nothing by hand that the examples do not do', async () => {
    const texts: [string, string][] = [
      [byHand.next[0] ?? '', await example('next/next.config.ts')],
      [byHand.next[1] ?? '', await example('next/proxy.ts')],
      [byHand['react-router'][0] ?? '', await example('react-router/app/routes.ts')],
      [byHand['react-router'][1] ?? '', await example('react-router/app/root.tsx')],
    ];
    const said = [
      "serverExternalPackages: ['mintgate', 'graphql']",
      'clerkMiddleware',
      "route('graphql', 'routes/graphql.ts')",
    ];
    for (const [index, text] of [...said, 'export const middleware = [clerkMiddleware()]'].entries()) {
      const [line, file] = texts[index] ?? [];
      expect([line, file]).toEqual([expect.stringContaining(text), expect.stringContaining(text)]);
    }
  });
});
