import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type LocalClerkData, parseLocalClerkData } from '../../local-clerk/index.ts';
import { decodeText } from '../configuration/decode-text.ts';

/**
 * Reads the local Clerk's data from a JSON file. Keeps unknown keys, because the local Clerk warns about them.
 *
 * @param option - the option that names the file, for messages
 * @throws ConfigurationError that names the file, and the place in it that is wrong
 */
export async function readDataFile(
  file: string,
  option: '--data' | '--from' = '--data',
): Promise<LocalClerkData> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const known = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' }[error.code ?? ''];
    const reason = known ?? `cannot be read (${error.code})`;
    throw new ConfigurationError([`${option} ${file}: ${reason}: pass the path of a JSON file`]);
  });
  const json = attempt(`${option} ${file}: is not JSON`, () => JSON.parse(decodeText(bytes)));
  attempt(`${option} ${file}`, () => parseLocalClerkData(json));
  return json;
}

function attempt<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigurationError([`${prefix}: ${(error as Error).message}`]);
  }
}
