import type { z } from 'zod';
import type { SecretList } from './secret-list.ts';

/** When a changed setting needs a restart. */
export type RestartNeed = 'always' | 'to turn on or off';

/** An option of `createGateway`, or a setting of the command alone. */
interface Setting {
  readonly schema: z.ZodType;
  /** The environment variable that sets it. */
  readonly variable?: string;
  /** Reads the text of that variable. */
  readonly fromText?: z.ZodType<unknown, string>;
  /** Its effect, in one sentence or two, in Markdown. */
  readonly description: string;
  /** The default, in Markdown, where it cannot be printed from its value. */
  readonly defaultText?: string;
  /** Where its value is found. */
  readonly where?: string;
  /** Whether the variable holds several entries, separated by commas. */
  readonly list?: true;
  /** Whether a change takes effect only after a restart: every change, or only to set the setting where it was not set, or to remove it. */
  readonly restart?: RestartNeed;
  /** Whether it is a secret, which must not be in a config file. */
  readonly secret?: true;
}

/** The type of a setting's value. */
export type ValueOf<S extends Setting> = z.output<S['schema']>;

/** The options on which a default may depend. */
export interface DefaultInput {
  readonly secretKey: SecretList;
}

/** The default of a setting: a value, or a function of other options. */
type DefaultOf<Value> =
  | { readonly default: Value; readonly defaultFrom?: undefined }
  | { readonly defaultFrom: (given: DefaultInput) => Value; readonly default?: undefined };

/** Returns a setting that must be set. */
export function required<const S extends Setting>(setting: S) {
  return { defaultText: 'required', ...setting, presence: 'required' as const };
}

/** Returns a setting that may stay undefined. Its `defaultText` says what that means. */
export function optional<const S extends Setting & { defaultText: string }>(setting: S) {
  return { ...setting, presence: 'optional' as const };
}

/** Returns a setting with a default. */
export function defaulted<const S extends Setting>(setting: S & DefaultOf<ValueOf<S>>) {
  return { ...setting, presence: 'defaulted' as const };
}

/** A setting in a table. */
export type TableEntry = Setting & {
  readonly presence: 'required' | 'optional' | 'defaulted';
  readonly default?: unknown;
  readonly defaultFrom?: ((given: DefaultInput) => unknown) | undefined;
};

/** The value of a table's entry once defaults are applied. */
export type SettledValue<E extends TableEntry> = E extends { presence: 'optional' }
  ? ValueOf<E> | undefined
  : ValueOf<E>;

/** Returns the default of a setting in Markdown, for people. */
export function defaultTextOf({ defaultText, default: value }: TableEntry): string {
  if (defaultText !== undefined) return defaultText;
  return Array.isArray(value) && value.length === 0 ? 'none' : `\`${value}\``;
}
