import { parseEnv } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { decodeText } from './decode-text.ts';
import { maxSecretKiB, readBoundedFile } from './read-file.ts';

/** The names of the variables that come from the file. */
let fromFile: ReadonlySet<string> = new Set();

/**
 * Sets the variables of the file `.env` in the working folder, unless the environment of the process has them. Called again, it replaces the
 * variables that it has set.
 *
 * @returns whether the file exists
 * @throws ConfigurationError when it cannot be read
 */
export function loadDotEnv(): boolean {
  const bytes = readDotEnv();
  for (const name of fromFile) delete process.env[name];
  const values = bytes === undefined ? {} : parseEnv(decodeText(bytes));
  const added = Object.entries(values).filter(([name]) => process.env[name] === undefined);
  for (const [name, value] of added) process.env[name] = value;
  fromFile = new Set(added.map(([name]) => name));
  return bytes !== undefined;
}

/** Returns a function that gives the variables of `.env` the values that they have now. */
export function rememberDotEnv(): () => void {
  const before = new Map([...fromFile].map((name) => [name, process.env[name]]));
  return () => {
    for (const name of fromFile) delete process.env[name];
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
    fromFile = new Set(before.keys());
  };
}

function readDotEnv(): Buffer | undefined {
  try {
    return readBoundedFile('.env', '.env', maxSecretKiB);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigurationError([`.env: cannot be read (${code}): expected a file with lines NAME=value`]);
  }
}
