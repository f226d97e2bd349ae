import { ConfigurationError } from './configuration-error.ts';
import type { Variables } from './unknown-variables.ts';

/**
 * Returns the text of the file that a variable names.
 *
 * @throws ConfigurationError, which names the variable, for an unsuitable file; an error with a `code` such as `ENOENT` for a file that
 *   cannot be read
 */
export type ReadFile = (path: string, variable: string) => string;

/** Reads no file. */
export const noFile: ReadFile = () => {
  throw new Error('there are no files');
};

/** Returns the name of the variable that names a file with a secret: `CLERK_SECRET_KEY_FILE` for `CLERK_SECRET_KEY`. */
export function fileVariableOf(name: string): string {
  return `${name}_FILE`;
}

/**
 * Reads a secret from the file that a variable such as `CLERK_SECRET_KEY_FILE` names, without surrounding white space.
 *
 * @param name - the name of the variable for the secret itself
 * @returns `undefined` where no file is named
 * @throws ConfigurationError for a file that cannot be read or is empty, and where both variables are set. It quotes neither the file
 *   nor its path, which may be a secret in the wrong variable
 */
export function readSecretFile(name: string, env: Variables, readFile: ReadFile): string | undefined {
  const variable = fileVariableOf(name);
  const path = env[variable]?.trim();
  if (!path) return undefined;
  if (env[name]?.trim()) {
    throw new ConfigurationError([`${variable}: ${name} is set, too: expected one of the two`]);
  }
  const text = readText(variable, path, readFile).trim();
  if (text === '') throw new ConfigurationError([`${variable}: the file is empty: expected the secret`]);
  return text;
}

function readText(variable: string, path: string, readFile: ReadFile): string {
  try {
    return readFile(path, variable);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError([
      `${variable}: the file cannot be read (${code}): expected the path of a file with the secret`,
    ]);
  }
}
