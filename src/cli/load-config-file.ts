import { access } from 'node:fs/promises';
import { type ResolveHookSync, registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, settings } from '../config.ts';
import type { MintgateConfig, SecretOption } from '../define-config.ts';

const usualNames = ['mintgate.config.ts', 'mintgate.config.js', 'mintgate.config.mjs'];

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
 * @throws ConfigurationError when the file cannot be read or exports nothing useful
 */
export async function loadConfigFile(folder: string, named: string | undefined): Promise<LoadedConfig> {
  const file = named === undefined ? await firstThatExists(folder) : resolve(folder, named);
  if (file === undefined) return { file: undefined, config: {} };
  if (!(await exists(file))) throw new ConfigurationError([`MINTGATE_CONFIG: there is no file ${named}`]);
  const config: unknown = await importDefault(file);
  if (typeof config !== 'object' || config === null) {
    throw new ConfigurationError([`${file}: expected \`export default defineConfig({ ... })\``]);
  }
  const secret = secretOptions.find((option) => option in config);
  if (secret !== undefined) {
    throw new ConfigurationError([
      `${file}: keep secrets out of files: set ${settingOf(secret)} instead of ${secret}`,
    ]);
  }
  return { file, config: config as MintgateConfig };
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
  const hooks = registerHooks({ resolve: resolveMintgate });
  try {
    return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ConfigurationError([`${file}: cannot be loaded: ${why}`]);
  } finally {
    hooks.deregister();
  }
}

// `import { defineConfig } from 'mintgate'` means the version that runs, also where the package is not installed beside
// the file: in a checkout, or for a command that is installed elsewhere.
const resolveMintgate: ResolveHookSync = (specifier, context, next) => {
  if (specifier !== 'mintgate') return next(specifier, context);
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return { url: new URL(`../index.${extension}`, import.meta.url).href, shortCircuit: true };
};

async function firstThatExists(folder: string): Promise<string | undefined> {
  for (const name of usualNames) {
    const file = resolve(folder, name);
    if (await exists(file)) return file;
  }
  return undefined;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
