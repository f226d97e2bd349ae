import type { z } from 'zod';
import { commandTable } from './command-table.ts';
import { ConfigurationError } from './configuration-error.ts';
import { optionTable } from './option-table.ts';
import type { GatewayOptions } from './options.ts';
import { defaultTextOf, type SettledValue, type TableEntry } from './setting.ts';
import { findUnknownVariables, isServiceAddress } from './unknown-variables.ts';

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
  /** The option or setting that it sets. */
  sets: keyof GatewayOptions | keyof typeof commandTable;
  fromText: z.ZodType<unknown, string>;
}

function variablesOf(table: Readonly<Record<string, TableEntry>>): EnvironmentVariable[] {
  return Object.entries(table).flatMap(([sets, entry]) => {
    const { variable: name, fromText, description, where, list = false } = entry;
    if (name === undefined || fromText === undefined) return [];
    const defaultText = defaultTextOf(entry);
    return [{ name, description, defaultText, where, list, fromText, sets: sets as keyof GatewayOptions }];
  });
}

/** Every environment variable that is read, in the order of the documentation. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  ...variablesOf(optionTable),
  ...variablesOf(commandTable),
];

const variableNames = environmentVariables.map(({ name }) => name);

/** The settings of the command alone, with defaults applied. `persistedOnly` is `true` or the path of a manifest. */
type CommandSettings = {
  readonly [Name in keyof typeof commandTable]: SettledValue<(typeof commandTable)[Name]>;
};

/** The settings that an environment sets. */
export interface EnvironmentSettings extends CommandSettings {
  /** The options of `createGateway` that the environment sets, without defaults. */
  readonly options: Partial<GatewayOptions>;
}

/** The environment of a process. */
type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Returns the variables of the command's own settings that have changed and need a restart. */
export function restartVariables(before: CommandSettings, now: CommandSettings): string[] {
  return Object.entries<TableEntry>(commandTable).flatMap(([name, { restart, variable }]) => {
    const key = name as keyof CommandSettings;
    return restart && variable !== undefined && before[key] !== now[key] ? [variable] : [];
  });
}

/** Returns one line for each variable that looks like a setting and is ignored. */
export function ignoredVariables(env: ProcessEnvironment): string[] {
  return findUnknownVariables(env, variableNames).ignored;
}

/**
 * Reads the settings from an environment. Empty values count as not set, and so do the addresses that Kubernetes injects.
 *
 * @throws ConfigurationError that names each misspelt variable, and each with a malformed value; it never quotes a value
 */
export function readEnvironment(env: ProcessEnvironment): EnvironmentSettings {
  const values: Record<string, unknown> = {};
  const problems = findUnknownVariables(env, variableNames).misspelt;
  for (const { name, sets, fromText } of environmentVariables) {
    const text = env[name]?.trim();
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
  return { ...(Object.fromEntries(settled) as CommandSettings), options: Object.fromEntries(options) };
}

/** Returns a problem of an option as a line about its environment variable, with the place where its value is found. */
export function describeVariableProblem(path: string, message: string): string {
  const [option = path, index] = path.split('.');
  // Persisted documents come from the file that a variable names.
  const sets = option === 'persistedDocuments' ? 'persistedOnly' : option;
  const variable = environmentVariables.find((candidate) => candidate.sets === sets);
  if (variable === undefined) return `${path}: ${message}`;
  const { name, where, list } = variable;
  const entry = index === undefined ? '' : ` (entry ${list ? Number(index) + 1 : index})`;
  const text =
    list && index === undefined ? message.replace(/\bexpected/, 'expected, separated by commas,') : message;
  return `${name}${entry}: ${text}${where ? `. Find it in ${where}.` : ''}`;
}
