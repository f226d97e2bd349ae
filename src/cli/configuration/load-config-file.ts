import { realpath, stat } from 'node:fs/promises';
import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '../../config/configuration-error.ts';
import type { MintgateConfig } from '../../config/define-config.ts';
import { secretOptions } from '../../config/option-table.ts';
import { isPlainObject } from '../../json/is-plain-object.ts';
import { describeLoadError } from './config-file-error.ts';
import { findConfigFile } from './find-config-file.ts';
import { requireRegularFile } from './read-file.ts';

/** A loaded config file. */
interface LoadedConfig {
  /** The path of the file; undefined when there is none. */
  file: string | undefined;
  config: MintgateConfig;
  /** The files that it imports, as it names them. Node.js loads each of them once in a process. */
  imports: readonly string[];
}

/**
 * Loads the config file of a folder, each time anew. The modules that it imports are loaded once.
 *
 * @param folder - the folder that is searched for the usual names
 * @param named - the path in `MINTGATE_CONFIG`, where that is set
 * @param signal - ends the wait for a file that does not finish to load; its code may go on
 * @throws ConfigurationError for several files, an unsupported kind of file, and a file that cannot be loaded, exports no options or
 *   contains secrets; the reason of an aborted signal
 */
export async function loadConfigFile(
  folder: string,
  named: string | undefined,
  signal?: AbortSignal,
): Promise<LoadedConfig> {
  const file = await findConfigFile(folder, named);
  if (file === undefined) return { file: undefined, config: {}, imports: [] };
  const { config, imports } = await importDefault(file, signal);
  if (!isPlainObject(config)) {
    throw new ConfigurationError([`${file}: expected \`export default defineConfig({ ... })\``]);
  }
  const secret = secretOptions.find(({ option }) => option in config);
  if (secret !== undefined) {
    throw new ConfigurationError([
      `${file}: keep secrets out of files: set ${secret.variable} instead of ${secret.option}`,
    ]);
  }
  return { file, config, imports };
}

/** How often a config file was loaded in this process. */
let loads = 0;

async function importDefault(
  file: string,
  signal: AbortSignal | undefined,
): Promise<{ config: unknown; imports: readonly string[] }> {
  // Not the path of a symbolic link: Node.js caches where it leads, and Kubernetes replaces its link for each change.
  const path = await realpath(file);
  requireRegularFile(await stat(path), file);
  const url = pathToFileURL(path);
  // Node.js loads a URL once.
  if (loads > 0) url.searchParams.set('load', String(loads));
  loads += 1;
  const imports: string[] = [];
  const hooks = registerHooks({ resolve: resolveFor(url.href, imports), load: asModule(url) });
  try {
    const { default: config } = (await untilAborted(import(url.href), signal)) as { default?: unknown };
    return { config, imports };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const why = await describeLoadError(error, path);
    if (isCommonJs(error)) {
      throw new ConfigurationError([
        `${file}: cannot be loaded: ${why}: expected an ES module with \`export default\``,
      ]);
    }
    throw new ConfigurationError([`${file}: cannot be loaded: ${why}`]);
  } finally {
    hooks.deregister();
  }
}

/** Returns what a promise returns, and rejects with the reason of a signal that is aborted before. */
async function untilAborted<Value>(result: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return result;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Loads a config file as an ES module, independent of `type` in the package.json of its folder. Node.js caches a CommonJS module by its path:
 * a reload would not see what has changed.
 */
function asModule({ href, pathname }: URL): LoadHookSync {
  const format = /\.m?ts$/.test(pathname) ? 'module-typescript' : 'module';
  return (url, context, next) => next(url, url === href ? { ...context, format } : context);
}

function isCommonJs(error: unknown): boolean {
  return error instanceof ReferenceError && error.message.includes('is not defined in ES module scope');
}

// A built file of this package finds the door by the name of the package, because the build moves code between files.
const door = import.meta.url.endsWith('.ts')
  ? new URL('../../index.ts', import.meta.url).href
  : import.meta.resolve('mintgate');

/**
 * Resolves `import { defineConfig } from 'mintgate'` to the running version: in a checkout, or with a globally installed command, the package
 * is not installed in the folder of the file.
 *
 * @param config - the URL of the config file
 * @param imports - receives the other files that it imports
 */
function resolveFor(config: string, imports: string[]): ResolveHookSync {
  return (specifier, context, next) => {
    if (specifier === 'mintgate') return { url: door, shortCircuit: true };
    if (context.parentURL === config && /^\.{0,2}\//.test(specifier)) imports.push(specifier);
    return next(specifier, context);
  };
}
