import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { decodeText } from './decode-text.ts';

/**
 * Sets the variables of the file `.env` in the working folder, unless the environment has them already.
 *
 * @returns whether the file exists
 * @throws ConfigurationError when it cannot be read
 */
export function loadDotEnv(): boolean {
  const bytes = readDotEnv();
  if (bytes === undefined) return false;
  for (const [name, value] of Object.entries(parseEnv(decodeText(bytes)))) process.env[name] ??= value;
  return true;
}

function readDotEnv(): Buffer | undefined {
  try {
    return readFileSync('.env');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigurationError([`.env: cannot be read (${code}): expected a file with lines NAME=value`]);
  }
}
