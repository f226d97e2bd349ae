import { access, readdir } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ConfigurationError } from '../../config/configuration-error.ts';

/** The file name extensions of config files. */
const endings: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];

/** Extensions of config files of other tools. */
const otherEndings: readonly string[] = [
  '.cts',
  '.cjs',
  '.json',
  '.json5',
  '.jsonc',
  '.yaml',
  '.yml',
  '.toml',
];

const allowed = 'expected mintgate.config.ts, .mts, .js or .mjs, with `export default defineConfig({ ... })`';

/**
 * Finds the config file of a folder.
 *
 * @param named - the path in `MINTGATE_CONFIG`, where that is set
 * @returns the path of the file; undefined when there is none and none is named
 * @throws ConfigurationError for a named file that does not exist, for an unsupported extension, and for several files when none is
 *   named
 */
export async function findConfigFile(folder: string, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return namedFile(folder, named);
  const [file, ...others] = await configFiles(folder);
  if (file === undefined) return undefined;
  if (others.length > 0) {
    const names = [file, ...others].join(' and ');
    throw new ConfigurationError([
      `${names}: more than one config file: keep one, or name one in MINTGATE_CONFIG`,
    ]);
  }
  refuseOtherKinds(file, file);
  return resolve(folder, file);
}

async function namedFile(folder: string, named: string): Promise<string> {
  const file = resolve(folder, named);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) throw new ConfigurationError([`MINTGATE_CONFIG: there is no file ${named}`]);
  refuseOtherKinds(file, `MINTGATE_CONFIG: ${named}`);
  return file;
}

function refuseOtherKinds(file: string, name: string): void {
  const ending = extname(file);
  if (endings.includes(ending)) return;
  throw new ConfigurationError([
    `${name}: a config file cannot end with ${ending || 'no extension'}: ${allowed}`,
  ]);
}

/** Returns the names of the config files in a folder, including those with an unsupported extension. */
export async function configFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const possible = [...endings, ...otherEndings].map((ending) => `mintgate.config${ending}`);
  return possible.filter((name) => names.includes(name));
}
