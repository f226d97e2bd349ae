import { readdir } from 'node:fs/promises';
import { join } from 'node:path/posix';

/** Lists the files in a folder and its subfolders, without `node_modules` and hidden folders. @returns paths relative to `root` */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const lists = entries.map((entry): string[] | Promise<string[]> => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesBelow(root, path);
  });
  return (await Promise.all(lists)).flat();
}
