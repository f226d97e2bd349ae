import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchFiles } from '../../../src/cli/reload/watch-files.ts';
import { newFolder } from '../../support/command.ts';

/** Watches files, and counts the reports. */
function watch(...files: string[]) {
  const seen = { changes: 0 };
  const watching = watchFiles(() => {
    seen.changes += 1;
  });
  onTestFinished(() => watching.close());
  watching.replace(files);
  return { ...watching, seen };
}

test('reports a file that is written, replaced, removed and created', async () => {
  const folder = await newFolder({ file: 'one' });
  const file = join(folder, 'file');
  const { seen } = watch(file);
  await writeFile(file, 'two, longer');
  await expect.poll(() => seen.changes).toBe(1);
  await writeFile(join(folder, 'next'), 'three, still longer');
  await rename(join(folder, 'next'), file);
  await expect.poll(() => seen.changes).toBe(2);
  await rm(file);
  await expect.poll(() => seen.changes).toBe(3);
  await writeFile(file, 'four');
  await expect.poll(() => seen.changes).toBe(4);
});

test('reports the swap of a symbolic link above the file, as Kubernetes updates a mounted volume', async () => {
  const folder = await newFolder({});
  for (const [version, text] of [
    ['..2026_01', 'one'],
    ['..2026_02', 'two'],
  ] as const) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, 'config.ts'), text);
  }
  await symlink('..2026_01', join(folder, '..data'));
  await symlink('..data/config.ts', join(folder, 'config.ts'));
  const { seen } = watch(join(folder, 'config.ts'));
  await symlink('..2026_02', join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await expect.poll(() => seen.changes).toBe(1);
});

test('does not report that a file does not exist', async () => {
  const folder = await newFolder({ there: '1' });
  const { seen } = watch(join(folder, 'missing'), join(folder, 'there'));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(seen.changes).toBe(0);
  await writeFile(join(folder, 'missing'), 'text');
  await expect.poll(() => seen.changes).toBe(1);
});

test('reports several changes together once, and watches only the files of the last list', async () => {
  const folder = await newFolder({ one: '1', two: '2', three: '3' });
  const [one, two, three] = ['one', 'two', 'three'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const { seen, replace } = watch(one, two);
  await Promise.all([writeFile(one, '11'), writeFile(two, '22')]);
  await expect.poll(() => seen.changes).toBeGreaterThan(0);
  const before = seen.changes;
  expect(before).toBeLessThanOrEqual(2);
  replace([three]);
  await writeFile(one, '111');
  await writeFile(three, '333');
  await expect.poll(() => seen.changes).toBe(before + 1);
});
