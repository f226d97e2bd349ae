import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../config/environment.ts';

/** The outcome for a file; `kept`: it existed before. */
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
  await mkdir(dirname(file), { recursive: true }).catch((error) => {
    throw cannotWrite(path, error);
  });
  try {
    await writeFile(file, text, { mode, flag: 'wx' });
    return 'wrote';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'kept';
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): ConfigurationError {
  const { code } = error as NodeJS.ErrnoException;
  const advice =
    code === 'EEXIST' || code === 'ENOTDIR'
      ? 'a file stands where its folder should be'
      : 'check the permissions of the folder';
  return new ConfigurationError([`${path}: cannot be written (${code}): ${advice}`]);
}
