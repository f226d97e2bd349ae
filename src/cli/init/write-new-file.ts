import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../config/configuration-error.ts';

/** The outcome for a file: it was written, or it existed before and was not changed. */
export type WriteOutcome = 'wrote' | 'kept';

/**
 * Writes a file unless it exists, and creates its folders.
 *
 * @param path - relative to the folder
 * @param mode - its permissions. @default 0o666, less the umask of the process
 * @throws ConfigurationError when it cannot be written
 */
export async function writeNewFile(
  folder: string,
  path: string,
  text: string,
  mode = 0o666,
): Promise<WriteOutcome> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true }).catch((error) => {
    throw writeError(path, error);
  });
  try {
    await writeFile(file, text, { mode, flag: 'wx' });
    return 'wrote';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'kept';
    throw writeError(path, error);
  }
}

function writeError(path: string, error: unknown): ConfigurationError {
  const { code } = error as NodeJS.ErrnoException;
  const advice =
    code === 'EEXIST' || code === 'ENOTDIR'
      ? 'a file has the name of its folder: rename that file'
      : 'check the permissions of the folder';
  return new ConfigurationError([`${path}: cannot be written (${code}): ${advice}`]);
}
