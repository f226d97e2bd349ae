import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lists the folders below a repository that have packages of their own: the examples and the benchmark. The folder with the largest lock
 * file is the first, because its installation takes longest.
 *
 * @param root - the folder of the repository
 */
export function packageFolders(root: string): string[] {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
    // A name with a dot belongs to a copy for a test.
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(root, 'examples', name));
  const folders = [join(root, 'bench'), ...examples];
  const lockOf = (folder: string) => join(folder, 'package-lock.json');
  const sizeOf = (folder: string) => statSync(lockOf(folder)).size;
  return folders.filter((folder) => existsSync(lockOf(folder))).sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** Lists the examples that mount the package of the repository as an installed package. @param root - the folder of the repository */
export function mountFolders(root: string): string[] {
  return packageFolders(root).filter((folder) =>
    readFileSync(join(folder, 'package.json'), 'utf8').includes('"mintgate": "file:../.."'),
  );
}
