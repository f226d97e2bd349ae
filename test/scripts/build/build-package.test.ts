import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../../scripts/build/build-package.ts';
import { bundledPackages } from '../../../scripts/licences/licences.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
let folder: string;
let dist: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintgate-build-'));
  dist = join(folder, 'dist');
  await buildPackage(root, dist);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(root, 'package.json'), join(folder, 'package.json'));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Returns a hash of each file. */
async function hashesOf(built: string): Promise<Record<string, string>> {
  const entries = await readdir(built, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.map(async (file) => {
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return [file.slice(built.length), hash] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

describe('the built package', () => {
  test('is the same when it is built again', async () => {
    const again = join(folder, 'again');
    await buildPackage(root, again);
    const hashes = await hashesOf(dist);
    expect(await hashesOf(again)).toEqual(hashes);
    expect(Object.keys(hashes)).toEqual(
      expect.arrayContaining([
        '/index.js',
        '/index.js.map',
        '/index.d.ts',
        '/edge.d.ts',
        '/THIRD-PARTY-LICENSES',
      ]),
    );
  });

  test('lists the licences of the bundled packages, in both files', async () => {
    const packages = bundledPackages(join(dist, 'bundled-packages.json'));
    const text = await readFile(join(dist, 'THIRD-PARTY-LICENSES'), 'utf8');
    const ids = packages.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([expect.stringMatching(/^graphql-yoga@/), expect.stringMatching(/^zod@/)]),
    );
    expect(ids.filter((id) => !text.includes(`\n${id}\n`))).toEqual([]);
    expect(packages.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test('names lines of the sources in a stack trace', async () => {
    const code = `import { createGateway } from ${JSON.stringify(join(dist, 'index.js'))};
      try { createGateway({}); } catch (error) { console.log(error.stack); }`;
    const args = ['--enable-source-maps', '--input-type=module', '-e', code];
    const { stdout } = await run(process.execPath, args, { timeout: 20_000 });
    const [, file = '', line = ''] = /at parseOptions \(.*\/(src\/.*\.ts):(\d+):\d+\)/.exec(stdout) ?? [];
    expect(file).toBe('src/config/parse-options.ts');
    const source = (await readFile(join(root, file), 'utf8')).split('\n')[Number(line) - 1];
    expect(source).toContain('throw new TypeError(');
  });

  test('has a command, whose config file may import the package by its name', async () => {
    const { stdout } = await run(process.execPath, [join(dist, 'cli.js'), 'schema'], { timeout: 20_000 });
    expect(stdout).toBe(await readFile(join(root, 'schema.graphql'), 'utf8'));

    const config = await mkdtemp(join(folder, 'config-'));
    const text =
      "import { defineConfig } from 'mintgate'; export default defineConfig({ maxStaleAge: 'long' as never });";
    await writeFile(join(config, 'mintgate.config.ts'), text);
    const serve = run(process.execPath, [join(dist, 'cli.js'), 'serve'], {
      cwd: config,
      env: {},
      timeout: 20_000,
    });
    await expect(serve).rejects.toMatchObject({
      stderr: expect.stringMatching(/mintgate\.config\.ts: maxStaleAge: expected/),
    });
  });
});

test('a bundled package with another licence ends the build', async () => {
  const planted = join(folder, 'planted');
  const sources = [
    'index',
    'cli',
    'edge',
    'local-clerk/index',
    'cli/end-with-npm',
    'client/index',
    'client/documents',
    'react/index',
    'opentelemetry',
    'hive-gateway',
  ];
  const files = {
    'package.json': JSON.stringify({ dependencies: {}, exports: {} }),
    LICENSE: '',
    'node_modules/bad/package.json': JSON.stringify({
      name: 'bad',
      version: '1.0.0',
      license: 'Elastic-2.0',
    }),
    'node_modules/bad/index.js': 'console.log(1);',
    ...Object.fromEntries(sources.map((source) => [`src/${source}.ts`, "import 'bad';"])),
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(planted, file)), { recursive: true });
    await writeFile(join(planted, file), text);
  }
  await expect(buildPackage(planted, join(planted, 'dist'))).rejects.toThrow(
    'bad@1.0.0 has the licence "Elastic-2.0"',
  );
  expect(await readdir(planted)).not.toContain('dist');
});
