import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ConfigurationError } from '../../config/environment.ts';
import { type LocalClerkData, parseLocalClerkData } from '../../local-clerk/index.ts';
import { decodeText } from '../configuration/decode-text.ts';

/**
 * Reads the local Clerk's data from a JSON file. They come back as written, for the local Clerk to warn about what it
 * does not know.
 *
 * @throws ConfigurationError that names the file, and the place in it that is wrong
 */
export async function readDataFile(file: string): Promise<LocalClerkData> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const known = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' }[error.code ?? ''];
    const why = known ?? `cannot be read (${error.code})`;
    throw new ConfigurationError([`--data ${file}: ${why}`]);
  });
  const json = attempt(`--data ${file}: is not JSON`, () => JSON.parse(decodeText(bytes)));
  attempt(`--data ${file}`, () => parseLocalClerkData(json));
  return json;
}

function attempt<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigurationError([`${what}: ${(error as Error).message}`]);
  }
}

/** Milliseconds to wait after a change, for editors that write in several steps. */
const settleTime = 100;

/**
 * Calls back after a file has changed. The folder is watched, because editors replace files rather than write them.
 *
 * @returns ends the watch
 */
export function watchFile(file: string, onChange: () => void): () => void {
  const path = resolve(file);
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(path), (_event, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, settleTime);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
