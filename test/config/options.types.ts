// Checked by tsc: the type of the options and the table of the options agree.

import type { z } from 'zod';
import type { SecretOption } from '../../src/config/define-config.ts';
import type { optionTable } from '../../src/config/option-table.ts';
import type { GatewayOptions } from '../../src/config/options.ts';

type Table = typeof optionTable;

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Options that only one of the two has; never when there is none. */
type Unmatched = Exclude<keyof Table, keyof GatewayOptions> | Exclude<keyof GatewayOptions, keyof Table>;

/** The type that a setting takes; its value where the two are the same. */
type InputOf<S extends { schema: z.ZodType }> =
  unknown extends z.input<S['schema']> ? z.output<S['schema']> : z.input<S['schema']>;

/** Options whose values have different types. */
type Different = {
  [Name in keyof Table]: Equal<InputOf<Table[Name]>, NonNullable<GatewayOptions[Name]>> extends true
    ? never
    : Name;
}[keyof Table];

type RequiredOf<Options> = {
  [Name in keyof Options]-?: undefined extends Options[Name] ? never : Name;
}[keyof Options];

type RequiredInTable = {
  [Name in keyof Table]: Table[Name] extends { presence: 'required' } ? Name : never;
}[keyof Table];

type SecretInTable = {
  [Name in keyof Table]: Table[Name] extends { secret: true } ? Name : never;
}[keyof Table];

export const checks: [
  Equal<Unmatched, never>,
  Equal<Different, never>,
  Equal<RequiredOf<GatewayOptions>, RequiredInTable>,
  Equal<SecretOption, SecretInTable>,
] = [true, true, true, true];
