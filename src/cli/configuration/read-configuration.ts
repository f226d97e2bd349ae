import {
  ConfigurationError,
  type Environment,
  ignoredSettings,
  readEnvironment,
  settingProblem,
} from '../../config/environment.ts';
import type { GatewayOptions } from '../../config/options.ts';
import { findOptionProblems } from '../../config/problems.ts';
import { loadDotEnv } from './dot-env.ts';
import { loadConfigFile } from './load-config-file.ts';
import { narrowTemplates } from './narrow-templates.ts';
import { readPersistedDocuments } from './persisted-documents.ts';

/** What the environment and the config file say together. */
export interface Configuration {
  environment: Environment;
  /** Warnings, one line each: variables that look like settings and are ignored. */
  warnings: readonly string[];
  /** Whether there is a file `.env`. */
  dotEnv: boolean;
  configFile: string | undefined;
  /** Options that the config file says, and the environment does not. */
  fromFile: ReadonlySet<string>;
  options: Partial<GatewayOptions>;
}

const nowhere = { configFile: undefined, fromFile: new Set<string>() };

/**
 * Reads `.env`, the environment and the config file of a folder. The environment wins, over `.env` too; of the templates it limits
 * those of the config file.
 *
 * @throws ConfigurationError
 */
export async function readConfiguration(folder: string): Promise<Configuration> {
  const dotEnv = loadDotEnv();
  const environment = readEnvironment(process.env);
  const { file, config } = await loadConfigFile(folder, environment.configFile);
  const { templates: named, ...settings } = environment.options;
  const said = { ...settings, ...(await persistedDocuments(folder, environment)) };
  const inFile = Object.entries(config).filter(([, value]) => value !== undefined);
  const fromFile = new Set(inFile.map(([option]) => option).filter((option) => !(option in said)));
  const templates =
    file !== undefined && config.templates !== undefined && named !== undefined
      ? narrowTemplates(config.templates, named, file)
      : (named ?? config.templates);
  return {
    ...{ environment, dotEnv, fromFile },
    warnings: ignoredSettings(process.env),
    configFile: file,
    options: { ...config, ...said, ...(templates === undefined ? {} : { templates }) },
  };
}

async function persistedDocuments(
  folder: string,
  { persistedOnly }: Environment,
): Promise<Pick<GatewayOptions, 'persistedDocuments'>> {
  if (persistedOnly === undefined) return {};
  return { persistedDocuments: await readPersistedDocuments(folder, persistedOnly) };
}

/**
 * Checks that options are complete. A problem is named by the setting or the file that it comes from.
 *
 * @param configuration - where the options come from. @default the environment alone
 * @throws ConfigurationError
 */
export function completeOptions(
  options: Partial<GatewayOptions>,
  { configFile, fromFile }: Pick<Configuration, 'configFile' | 'fromFile'> = nowhere,
): GatewayOptions {
  const problems = findOptionProblems(options);
  if (problems.length > 0) {
    const isFromFile = (path: string) => fromFile.has(path.split('.')[0] ?? path);
    const lines = problems.map(({ path, message }) =>
      isFromFile(path) ? `${configFile}: ${path}: ${message}` : settingProblem(path, message),
    );
    throw new ConfigurationError(options.secretKey === undefined ? [...lines, firstSteps] : lines);
  }
  return options as GatewayOptions;
}

const firstSteps =
  'settings go into the environment, or into a file .env in this folder; `mintgate dev` (in a checkout: npm run dev) ' +
  'needs none, and no Clerk account';
