import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { type LocalClerkData, parseLocalClerkData } from '../../local-clerk/index.ts';
import { decodeText } from '../configuration/decode-text.ts';

/**
 * Reads the local Clerk's data from the JSON file of `--data`. Keeps unknown keys, because the local Clerk warns about them.
 *
 * @throws ConfigurationError that names the file, and the place in it that is wrong
 */
export async function readDataFile(file: string): Promise<LocalClerkData> {
  const json = await readJsonFile(file, '--data');
  withPrefix(`--data ${file}`, () => parseLocalClerkData(json));
  return json as LocalClerkData;
}

/**
 * Reads a JSON file that an option names.
 *
 * @throws ConfigurationError that names the file and quotes none of its text, which may be a secret that was named by mistake
 */
export async function readJsonFile(file: string, option: '--data' | '--from'): Promise<unknown> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const known = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' }[error.code ?? ''];
    const reason = known ?? `cannot be read (${error.code})`;
    throw new ConfigurationError([`${option} ${file}: ${reason}: pass the path of a JSON file`]);
  });
  try {
    return JSON.parse(decodeText(bytes));
  } catch (error) {
    throw new ConfigurationError([`${option} ${file}: is not JSON: ${placeOf(error as Error)}`]);
  }
}

// The message of the parser quotes the text.
function placeOf({ message }: Error): string {
  const [place] = /line \d+ column \d+/.exec(message) ?? [];
  if (place !== undefined) return `the error is at ${place}`;
  return message.startsWith('Unexpected end')
    ? 'it is empty, or its end is missing'
    : 'correct it, or pass the path of a JSON file';
}

/** Reads a value. The message of an error gets a prefix. @throws ConfigurationError */
export function withPrefix<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigurationError([`${prefix}: ${(error as Error).message}`]);
  }
}
