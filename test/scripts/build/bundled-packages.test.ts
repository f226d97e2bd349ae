import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledPackages, thirdPartyLicenses } from '../../../scripts/build/bundled-packages.ts';

const mit = 'MIT License\n\nCopyright (c) 2026 Ours\n\nPermission is hereby granted, and so on.\n';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mintgate-bundled-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Writes a package with these files, and returns the path of one of its modules. */
async function plant(path: string, manifest: object, files: Record<string, string> = {}): Promise<string> {
  const folder = join(root, 'node_modules', path);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return join(folder, 'lib/index.js');
}

test('the packages of a bundle are found by its modules, each once, nested ones too', async () => {
  const modules = [
    await plant('b', { name: 'b', license: 'ISC' }, { license: 'text of b\n' }),
    await plant('@scope/a', { name: '@scope/a', license: 'MIT', author: { name: 'Ada' } }),
    await plant('b/node_modules/a', { name: 'a', version: '2.0.0', license: 'MIT', author: 'Bob' }),
    await plant('rolldown', { name: 'rolldown', license: 'MIT' }),
  ];
  const others = [modules[0]?.replace('index.js', 'other.js') ?? '', join(root, 'src/index.ts')];
  const packages = bundledPackages([...modules.slice(0, 3), '\0rolldown/runtime.js', ...others], root);
  expect(packages.map(({ name, version, author, text }) => [name, version, author, text])).toEqual([
    ['@scope/a', '1.0.0', 'Ada', undefined],
    ['a', '2.0.0', 'Bob', undefined],
    ['b', '1.0.0', undefined, 'text of b'],
    ['rolldown', '1.0.0', undefined, undefined],
  ]);
});

test('THIRD-PARTY-LICENSES has every package with the texts of its files, and equal texts once', async () => {
  const modules = [
    await plant('a', { name: 'a', license: '0BSD' }, { 'LICENSE.txt': 'shared text', NOTICE: 'notice' }),
    await plant('b', { name: 'b', license: '0BSD' }, { LICENCE: 'shared text\n\nnotice' }),
    await plant('c', { name: 'c', license: 'MIT', author: 'Carol' }),
  ];
  const text = thirdPartyLicenses(bundledPackages(modules, root), mit);
  expect(text).toContain('a@1.0.0\nb@1.0.0\n\nshared text\n\nnotice\n');
  expect(text.split('shared text')).toHaveLength(2);
  expect(text).toContain(
    'c@1.0.0\n\nMIT License\n\nCopyright (c) Carol\n\nPermission is hereby granted, and so on.',
  );
  expect(text).not.toContain('Ours');
});

test('a package under another licence must contain its text', async () => {
  const modules = [await plant('a', { name: 'a', license: 'ISC' })];
  expect(() => thirdPartyLicenses(bundledPackages(modules, root), mit)).toThrow(
    'a@1.0.0 contains no text of its licence, "ISC"',
  );
});
