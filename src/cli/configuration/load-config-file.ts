import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { MintgateConfig } from '../../config/define-config.ts';
import { secretOptions } from '../../config/option-table.ts';
import { isPlainObject } from '../../json/is-plain-object.ts';
import { describeLoadError } from './config-file-error.ts';
import { findConfigFile } from './find-config-file.ts';

/** A loaded config file. */
interface LoadedConfig {
  /** The path of the file; undefined when there is none. */
  file: string | undefined;
  config: MintgateConfig;
}

/**
 * Loads the config file of a folder.
 *
 * @param folder - the folder that is searched for the usual names
 * @param named - the path in `MINTGATE_CONFIG`, where that is set
 * @throws ConfigurationError for several files, an unsupported kind of file, and a file that cannot be loaded, exports no options or
 *   contains secrets
 */
export async function loadConfigFile(folder: string, named: string | undefined): Promise<LoadedConfig> {
  const file = await findConfigFile(folder, named);
  if (file === undefined) return { file: undefined, config: {} };
  const config: unknown = await importDefault(file);
  if (!isPlainObject(config)) {
    throw new ConfigurationError([`${file}: expected \`export default defineConfig({ ... })\``]);
  }
  const secret = secretOptions.find(({ option }) => option in config);
  if (secret !== undefined) {
    throw new ConfigurationError([
      `${file}: keep secrets out of files: set ${secret.variable} instead of ${secret.option}`,
    ]);
  }
  return { file, config };
}

async function importDefault(file: string): Promise<unknown> {
  const { href } = pathToFileURL(file);
  const hooks = registerHooks({ resolve: resolveMintgate, load: asModule(href) });
  try {
    return ((await import(href)) as { default?: unknown }).default;
  } catch (error) {
    throw new ConfigurationError([`${file}: cannot be loaded: ${await describeLoadError(error, file)}`]);
  } finally {
    hooks.deregister();
  }
}

/** Loads a TypeScript config file as an ES module, independent of `type` in the package.json of its folder. */
function asModule(file: string): LoadHookSync {
  return (url, context, next) =>
    url === file && url.endsWith('.ts')
      ? next(url, { ...context, format: 'module-typescript' })
      : next(url, context);
}

// A built file of this package finds the door by the name of the package, because the build moves code between files.
const door = import.meta.url.endsWith('.ts')
  ? new URL('../../index.ts', import.meta.url).href
  : import.meta.resolve('mintgate');

// Resolves `import { defineConfig } from 'mintgate'` to the running version. In a checkout, or with a globally installed command, the
// package is not installed in the folder of the file.
const resolveMintgate: ResolveHookSync = (specifier, context, next) =>
  specifier === 'mintgate' ? { url: door, shortCircuit: true } : next(specifier, context);
