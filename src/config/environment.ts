import type { z } from 'zod';
import { commandTable } from './command-table.ts';
import { ConfigurationError } from './configuration-error.ts';
import { optionTable } from './option-table.ts';
import type { GatewayOptions } from './options.ts';
import { fileVariableOf, noFile, type ReadFile, readSecretFile } from './secret-file.ts';
import { defaultTextOf, type RestartNeed, type SettledValue, type TableEntry } from './setting.ts';
import { findUnknownVariables, isServiceAddress, type Variables } from './unknown-variables.ts';

/** An environment variable that sets an option of `createGateway`, or a setting of the command. */
export interface EnvironmentVariable {
  name: string;
  /** Its effect, in Markdown. */
  description: string;
  /** The default, in Markdown. */
  defaultText: string;
  /** Where its value is found. */
  where: string | undefined;
  /** Whether it holds several entries, separated by commas. */
  list: boolean;
  /** Whether it is a secret, which may also be in the file that `NAME_FILE` names. */
  secret: boolean;
  /** When a change needs a restart; undefined where a reload suffices. */
  restart: RestartNeed | undefined;
  /** The option or setting that it sets. */
  sets: keyof GatewayOptions | keyof typeof commandTable;
  fromText: z.ZodType<unknown, string>;
}

function variablesOf(table: Readonly<Record<string, TableEntry>>): EnvironmentVariable[] {
  return Object.entries(table).flatMap(([sets, entry]) => {
    const { variable: name, fromText, description, where } = entry;
    const { list = false, secret = false, restart } = entry;
    if (name === undefined || fromText === undefined) return [];
    const defaultText = defaultTextOf(entry);
    return [
      {
        ...{ name, description, defaultText, where, list, secret, restart, fromText },
        sets: sets as keyof GatewayOptions,
      },
    ];
  });
}

/** Every environment variable that is read, in the order of the documentation. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  ...variablesOf(optionTable),
  ...variablesOf(commandTable),
];

/** The secrets, which may also be in the files that `NAME_FILE` names. */
const secretNames = environmentVariables.filter(({ secret }) => secret).map(({ name }) => name);

const variableNames = [...environmentVariables.map(({ name }) => name), ...secretNames.map(fileVariableOf)];

/** The settings of the command alone, with defaults applied. `persistedOnly` is `true` or the path of a manifest. */
type CommandSettings = {
  readonly [Name in keyof typeof commandTable]: SettledValue<(typeof commandTable)[Name]>;
};

/** The settings that an environment sets. */
export interface EnvironmentSettings extends CommandSettings {
  /** The options of `createGateway` that the environment sets, without defaults. */
  readonly options: Partial<GatewayOptions>;
  /** The options among them that were read from files. */
  readonly secretFiles: ReadonlySet<string>;
}

/** Returns the variables of the command's own settings that have changed and need a restart. */
export function restartVariables(before: CommandSettings, now: CommandSettings): string[] {
  return Object.entries<TableEntry>(commandTable).flatMap(([name, { restart, variable }]) => {
    const key = name as keyof CommandSettings;
    return restart === 'always' && variable !== undefined && before[key] !== now[key] ? [variable] : [];
  });
}

/** Returns one line for each variable that looks like a setting and is ignored. */
export function ignoredVariables(env: Variables): string[] {
  return findUnknownVariables(env, variableNames).ignored;
}

/**
 * Reads the settings from an environment. Empty values count as not set, and so do the addresses that Kubernetes injects.
 *
 * @param readFile - reads the file that a variable such as `CLERK_SECRET_KEY_FILE` names. @default none can be read
 * @throws ConfigurationError that names each misspelt variable, each with a malformed value, and each with an unusable file; it never
 *   quotes a value
 */
export function readEnvironment(env: Variables, readFile: ReadFile = noFile): EnvironmentSettings {
  const values: Record<string, unknown> = {};
  const secretFiles = new Set<string>();
  const problems = findUnknownVariables(env, variableNames).misspelt;
  for (const { name, sets, secret, fromText } of environmentVariables) {
    const inFile = secret ? attempt(() => readSecretFile(name, env, readFile), problems) : undefined;
    if (inFile !== undefined) secretFiles.add(sets);
    const text = inFile ?? env[name]?.trim();
    if (!text || isServiceAddress(name, text)) continue;
    const result = fromText.safeParse(text);
    if (result.success) values[sets] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  const options = Object.entries(values).filter(([name]) => name in optionTable);
  const settled = Object.entries<TableEntry>(commandTable).map(([name, entry]) => {
    return [name, values[name] ?? entry.default];
  });
  return {
    ...(Object.fromEntries(settled) as CommandSettings),
    ...{ options: Object.fromEntries(options), secretFiles },
  };
}

/** Returns the result of a function; `undefined` where it has thrown a ConfigurationError, whose problems are added to the list. */
function attempt<Value>(read: () => Value, problems: string[]): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Returns the variable that sets an option, or `undefined`. */
export function variableOf(option: string): EnvironmentVariable | undefined {
  // Persisted documents come from the file that a variable names.
  const sets = option === 'persistedDocuments' ? 'persistedOnly' : option;
  return environmentVariables.find((candidate) => candidate.sets === sets);
}

/**
 * Returns a problem of an option as a line about its environment variable, with the place where its value is found.
 *
 * @param secretFiles - the options that were read from files. @default none
 */
export function describeVariableProblem(
  path: string,
  message: string,
  secretFiles: ReadonlySet<string> = new Set(),
): string {
  const [option = path, index] = path.split('.');
  const variable = variableOf(option);
  if (variable === undefined) return `${path}: ${message}`;
  const { where, list, secret } = variable;
  const name = secretFiles.has(option) ? fileVariableOf(variable.name) : variable.name;
  const entry = index === undefined ? '' : ` (entry ${list ? Number(index) + 1 : index})`;
  const text =
    list && !secret && index === undefined
      ? message.replace(/\bexpected/, 'expected, separated by commas,')
      : message;
  return `${name}${entry}: ${text}${where ? `. Find it in ${where}.` : ''}`;
}
