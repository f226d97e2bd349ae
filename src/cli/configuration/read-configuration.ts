import { resolve } from 'node:path';
import { ConfigurationError } from '../../config/configuration-error.ts';
import {
  describeVariableProblem,
  type EnvironmentSettings,
  ignoredVariables,
  readEnvironment,
} from '../../config/environment.ts';
import type { GatewayOptions } from '../../config/options.ts';
import { type Settings, tryParseOptions } from '../../config/parse-options.ts';
import type { OptionProblem } from '../../config/problems.ts';
import { decodeStrictly } from './decode-text.ts';
import { loadDotEnv } from './dot-env.ts';
import { configFiles } from './find-config-file.ts';
import { loadConfigFile } from './load-config-file.ts';
import { narrowTemplates } from './narrow-templates.ts';
import { readPersistedDocuments } from './persisted-documents.ts';
import { maxSecretKiB, readBoundedFile } from './read-file.ts';

/** The configuration of a command, from the environment and the config file. */
export interface Configuration {
  environment: EnvironmentSettings;
  /** One line for each ignored variable that looks like a setting. */
  warnings: readonly string[];
  /** Whether the file `.env` exists. */
  dotEnv: boolean;
  configFile: string | undefined;
  /** The files that the config file imports, as it names them. */
  imports: readonly string[];
  /** Every file that settings come from, whether or not it exists. */
  files: readonly string[];
  /** The options that only the config file sets. */
  fromFile: ReadonlySet<string>;
  /** The options that were read from the files that variables such as `CLERK_SECRET_KEY_FILE` name. */
  secretFiles: ReadonlySet<string>;
  options: Partial<GatewayOptions>;
}

const environmentOnly = {
  configFile: undefined,
  ...{ fromFile: new Set<string>(), secretFiles: new Set<string>() },
};

interface ReadOptions {
  /** Ends the wait for a config file that does not finish to load. */
  signal?: AbortSignal;
  /** Called with each file before it is read: also where the configuration cannot be used. */
  onFile?: (path: string) => void;
}

/**
 * Reads `.env`, the environment and the config file of a folder. The environment overrides both files. `MINTGATE_TEMPLATES` limits the
 * templates of the config file.
 *
 * @throws ConfigurationError; the reason of an aborted signal
 */
export async function readConfiguration(
  folder: string,
  { signal, onFile }: ReadOptions = {},
): Promise<Configuration> {
  const files: string[] = [];
  const addFile = (path: string) => {
    const file = resolve(folder, path);
    files.push(file);
    onFile?.(file);
    return file;
  };
  addFile('.env');
  const dotEnv = loadDotEnv();
  const environment = readEnvironment(process.env, (path, variable) => readSecret(addFile(path), variable));
  const { configFile: namedFile } = environment;
  for (const path of namedFile === undefined ? await configFiles(folder) : [namedFile]) addFile(path);
  for (const path of manifestOf(environment)) addFile(path);
  const { file, config, imports } = await loadConfigFile(folder, namedFile, signal);
  const { templates: named, ...others } = environment.options;
  const fromEnvironment = { ...others, ...persistedDocuments(folder, environment) };
  const inFile = Object.entries(config).filter(([, value]) => value !== undefined);
  const fromFile = new Set(inFile.map(([option]) => option).filter((option) => !(option in fromEnvironment)));
  const templates =
    file !== undefined && config.templates !== undefined && named !== undefined
      ? narrowTemplates(config.templates, named, file)
      : (named ?? config.templates);
  return {
    ...{ environment, dotEnv, fromFile, imports, secretFiles: environment.secretFiles },
    files,
    warnings: ignoredVariables(process.env),
    configFile: file,
    options: { ...config, ...fromEnvironment, ...(templates === undefined ? {} : { templates }) },
  };
}

function readSecret(path: string, variable: string): string {
  const text = decodeStrictly(readBoundedFile(path, variable, maxSecretKiB));
  if (text === undefined) throw new ConfigurationError([`${variable}: expected a file with text in UTF-8`]);
  return text;
}

function manifestOf({ persistedOnly }: EnvironmentSettings): string[] {
  return persistedOnly === undefined || persistedOnly === 'true' ? [] : [persistedOnly];
}

function persistedDocuments(
  folder: string,
  { persistedOnly }: EnvironmentSettings,
): Pick<GatewayOptions, 'persistedDocuments'> {
  if (persistedOnly === undefined) return {};
  return { persistedDocuments: readPersistedDocuments(folder, persistedOnly) };
}

/** Options that `createGateway` accepts, and the settings that it makes of them. */
export interface CompleteOptions {
  options: GatewayOptions;
  settings: Settings;
}

/** The sources of options. */
type OptionSources = Pick<Configuration, 'configFile' | 'fromFile' | 'secretFiles'>;

/**
 * Checks that options are complete. Each problem names the environment variable or the file that it comes from.
 *
 * @param sources - where the options come from. @default the environment alone
 * @throws ConfigurationError
 */
export function completeOptions(
  options: Partial<GatewayOptions>,
  sources: OptionSources = environmentOnly,
): CompleteOptions {
  const parsed = tryParseOptions(options);
  if (parsed.kind === 'settings') return { options: options as GatewayOptions, settings: parsed.settings };
  const lines = describeProblems(parsed.problems, sources);
  throw new ConfigurationError(options.secretKey === undefined ? [...lines, firstSteps] : lines);
}

/**
 * Checks some of the options, for a command that needs no others.
 *
 * @throws ConfigurationError that names each of them that is missing or malformed
 */
export function requireOptions(names: readonly (keyof GatewayOptions)[], configuration: Configuration): void {
  const parsed = tryParseOptions(configuration.options);
  if (parsed.kind === 'settings') return;
  const problems = parsed.problems.filter(({ path }) => names.some((name) => name === optionOf(path)));
  if (problems.length > 0) throw new ConfigurationError(describeProblems(problems, configuration));
}

function describeProblems(
  problems: readonly OptionProblem[],
  { configFile, fromFile, secretFiles }: OptionSources,
): string[] {
  return problems.map(({ path, message }) =>
    fromFile.has(optionOf(path))
      ? `${configFile}: ${path}: ${message}`
      : describeVariableProblem(path, message, secretFiles),
  );
}

const optionOf = (path: string) => path.split('.')[0] ?? path;

const firstSteps =
  'settings go into the environment, or into a file .env in this folder; `mintgate dev` (in a checkout: npm run dev) ' +
  'needs none, and no Clerk account';
