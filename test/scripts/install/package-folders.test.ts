import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mountFolders, packageFolders } from '../../../scripts/install/package-folders.ts';
import { newFolder } from '../../support/command.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const namesOf = (folders: string[]) => folders.map((folder) => folder.slice(root.length));

test('lists the benchmark and the examples by the size of their lock files, but no copy of an example', async () => {
  const copy = await newFolder({
    'bench/package-lock.json': '{}',
    'examples/one/package-lock.json': '{"lockfileVersion":3}',
    'examples/.one-edited/package-lock.json': '{}',
    'examples/support/listen.ts': '',
  });
  expect(packageFolders(copy)).toEqual([`${copy}/examples/one`, `${copy}/bench`]);
});

test('lists the examples that mount the package, not those that import its sources', () => {
  const [all, mounts] = [namesOf(packageFolders(root)), namesOf(mountFolders(root))];
  expect(all).toEqual(
    expect.arrayContaining(['bench', 'examples/federation', 'examples/clients', ...mounts]),
  );
  expect(mounts).toEqual(expect.arrayContaining(['examples/next', 'examples/express', 'examples/workerd']));
  expect(mounts).not.toContain('examples/clients');
});
