import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MintgateConfig, SecretOption } from '../../config/define-config.ts';
import { ConfigurationError, settings } from '../../config/environment.ts';
import { describeLoadError } from './config-file-error.ts';
import { findConfigFile } from './find-config-file.ts';

/** A config file that was found and read. */
export interface LoadedConfig {
  /** Its path; undefined when there is none. */
  file: string | undefined;
  config: MintgateConfig;
}

/**
 * Reads the config file of a folder.
 *
 * @param folder - where the usual names are looked for
 * @param named - a path that was asked for by name and must exist
 * @throws ConfigurationError when there are several, when it is of another kind, cannot be read or exports nothing useful
 */
export async function loadConfigFile(folder: string, named: string | undefined): Promise<LoadedConfig> {
  const file = await findConfigFile(folder, named);
  if (file === undefined) return { file: undefined, config: {} };
  const config: unknown = await importDefault(file);
  if (!isPlainObject(config)) {
    throw new ConfigurationError([`${file}: expected \`export default defineConfig({ ... })\``]);
  }
  const secret = secretOptions.find((option) => option in config);
  if (secret !== undefined) {
    throw new ConfigurationError([
      `${file}: keep secrets out of files: set ${settingOf(secret)} instead of ${secret}`,
    ]);
  }
  return { file, config };
}

// Of a list, or of an instance of a class, the options could not be told.
function isPlainObject(value: unknown): value is MintgateConfig {
  if (typeof value !== 'object' || value === null) return false;
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

const secretOptions: readonly SecretOption[] = [
  'secretKey',
  'cacheKey',
  'webhookSigningSecret',
  'routerSecret',
  'redisUrl',
];

function settingOf(option: SecretOption): string | undefined {
  return settings.find((setting) => setting.option === option)?.name;
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

/** Loads a config file in TypeScript as a module, whatever `type` the package.json says that npm has written beside it. */
function asModule(file: string): LoadHookSync {
  return (url, context, next) =>
    url === file && url.endsWith('.ts')
      ? next(url, { ...context, format: 'module-typescript' })
      : next(url, context);
}

// `import { defineConfig } from 'mintgate'` means the version that runs, also where the package is not installed beside
// the file: in a checkout, or for a command that is installed elsewhere.
const resolveMintgate: ResolveHookSync = (specifier, context, next) => {
  if (specifier !== 'mintgate') return next(specifier, context);
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return { url: new URL(`../../index.${extension}`, import.meta.url).href, shortCircuit: true };
};
