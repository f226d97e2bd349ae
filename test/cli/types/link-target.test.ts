import { realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkTarget } from '../../../src/cli/types/link-target.ts';
import { newFolder } from '../../support/command.ts';

const newRealFolder = async (files: Record<string, string>) => realpath(await newFolder(files));

test('the target of a file is the file, whether it exists or not', async () => {
  const folder = await newRealFolder({ 'a.ts': '' });
  for (const name of ['a.ts', 'b.ts']) expect(linkTarget(join(folder, name))).toBe(join(folder, name));
});

test('links to files and folders are followed to their end, also to a file that does not exist', async () => {
  const folder = await newRealFolder({ 'real/a.ts': '' });
  await symlink('real', join(folder, 'folder'));
  await symlink('folder/a.ts', join(folder, 'one.ts'));
  await symlink('../gone.ts', join(folder, 'real/two.ts'));
  await symlink('folder/two.ts', join(folder, 'three.ts'));
  expect(linkTarget(join(folder, 'one.ts'))).toBe(join(folder, 'real/a.ts'));
  expect(linkTarget(join(folder, 'folder/two.ts'))).toBe(join(folder, 'gone.ts'));
  expect(linkTarget(join(folder, 'three.ts'))).toBe(join(folder, 'gone.ts'));
});

test('a path in a folder that does not exist stays, and a circle of links ends', async () => {
  const folder = await newRealFolder({});
  expect(linkTarget(join(folder, 'no/a.ts'))).toBe(join(folder, 'no/a.ts'));
  await symlink('b.ts', join(folder, 'a.ts'));
  await symlink('a.ts', join(folder, 'b.ts'));
  expect(linkTarget(join(folder, 'a.ts'))).toMatch(/[ab]\.ts$/);
});
