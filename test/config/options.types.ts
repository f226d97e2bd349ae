// Checked by tsc: the type of the options and the table of the options agree.
import type { SecretOption } from '../../src/config/define-config.ts';
import type { optionTable } from '../../src/config/option-table.ts';
import type { GatewayOptions } from '../../src/config/options.ts';
import type { ValueOf } from '../../src/config/setting.ts';

type Table = typeof optionTable;

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Options that only one of the two has; never when there is none. */
type Unmatched = Exclude<keyof Table, keyof GatewayOptions> | Exclude<keyof GatewayOptions, keyof Table>;

/** Options whose values have different types. */
type Different = {
  [Name in keyof Table]: Equal<ValueOf<Table[Name]>, NonNullable<GatewayOptions[Name]>> extends true
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
