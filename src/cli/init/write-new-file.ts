import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../config.ts';

/** What became of a file: `kept` is one that was there before. */
export type Written = 'wrote' | 'kept';

/**
 * Writes a file unless there is one, which is left as it is.
 *
 * @param path - relative to the folder
 * @param mode - its permissions. @default 0o666, less the process's umask
 * @throws ConfigurationError when it cannot be written
 */
export async function writeNewFile(
  folder: string,
  path: string,
  text: string,
  mode = 0o666,
): Promise<Written> {
  const file = join(folder, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode, flag: 'wx' });
    return 'wrote';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'kept';
    throw new ConfigurationError([
      `${path}: cannot be written (${code}): check the permissions of the folder`,
    ]);
  }
}
