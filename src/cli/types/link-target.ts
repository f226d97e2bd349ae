import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The longest chain of symbolic links that is followed, as in Linux. */
const maxLinks = 40;

/**
 * Returns the path that a write to a path reaches: the one behind symbolic links, of the file and of its folders, which need not exist yet.
 * Two paths of one file have the same target. A path in a folder that does not exist is returned as it is.
 */
export function linkTarget(path: string, links = maxLinks): string {
  const real = attempt(() => realpathSync(path));
  if (real !== undefined) return real;
  const folder = attempt(() => realpathSync(dirname(path)));
  if (folder === undefined) return path;
  // `realpath` refuses a link to a file that does not exist.
  const next = attempt(() => readlinkSync(path));
  if (next === undefined || links === 0) return join(folder, basename(path));
  return linkTarget(resolve(folder, next), links - 1);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
