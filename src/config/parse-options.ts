import { z } from 'zod';
import { frontendApiHost } from '../clerk/publishable-key.ts';
import type { ResolvedTemplates } from '../mint/policy.ts';
import { findDocumentProblems } from './document-problems.ts';
import { refuseUnusableExchange } from './exchange-schema.ts';
import { missingPartiesError } from './formats.ts';
import { optionTable } from './option-table.ts';
import type { GatewayOptions } from './options.ts';
import { objectError } from './policy-schema.ts';
import { describeIssues, type OptionProblem } from './problems.ts';
import { resolveTemplates } from './resolve-templates.ts';
import type { DefaultInput, SettledValue, TableEntry, ValueOf } from './setting.ts';
import { checkSubgraphs } from './subgraphs-schema.ts';

type OptionTable = typeof optionTable;
type OptionName = keyof OptionTable;

/**
 * The complete settings of a gateway: every option, with its default where it was left out. An option is undefined only where that has
 * a meaning: `logger` (the logger of the runtime), `audit` (events go to the logger), and features that are off.
 */
export type Settings = {
  readonly [Name in Exclude<OptionName, 'templates'>]: SettledValue<OptionTable[Name]>;
} & {
  /** The templates that may be minted, with complete policies. */
  readonly templates: ResolvedTemplates;
  /** The host of the instance's Frontend API, decoded from `publishableKey`. */
  readonly frontendApi: string;
};

/** Complete settings, or everything that is wrong with the options. */
type ParsedOptions =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'problems'; readonly problems: readonly OptionProblem[] };

/**
 * Checks options and applies the defaults.
 *
 * @throws TypeError that names every wrong option and what was expected, and never quotes a value
 */
export function parseOptions(input: GatewayOptions): Settings {
  const parsed = tryParseOptions(input);
  if (parsed.kind === 'settings') return parsed.settings;
  const text = parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new TypeError(`createGateway: ${text}`);
}

/** Checks options that come from the environment or a file, which may lack what is required, and applies the defaults. */
export function tryParseOptions(input: unknown): ParsedOptions {
  const result = optionsSchema.safeParse(input);
  const problems = [
    ...(result.success ? [] : describeIssues(result.error.issues, input)),
    ...findDocumentProblems(input),
  ];
  return result.success && problems.length === 0
    ? { kind: 'settings', settings: complete(result.data as unknown as ParsedValues) }
    : { kind: 'problems', problems };
}

/** The checked options, before defaults are applied. */
type ParsedValues = DefaultInput & {
  readonly [Name in OptionName]: OptionTable[Name] extends { presence: 'required' }
    ? ValueOf<OptionTable[Name]>
    : ValueOf<OptionTable[Name]> | undefined;
};

function complete(values: ParsedValues): Settings {
  const settled = Object.entries<TableEntry>(optionTable).map(([name, entry]) => {
    const value = values[name as OptionName];
    return [name, value === undefined ? defaultOf(entry, values) : value];
  });
  return {
    ...(Object.fromEntries(settled) as { [Name in OptionName]: SettledValue<OptionTable[Name]> }),
    templates: resolveTemplates(values.templates),
    // The format of the option has checked that it can be decoded.
    frontendApi: frontendApiHost(values.publishableKey) as string,
  };
}

function defaultOf(entry: TableEntry, values: ParsedValues): unknown {
  return entry.defaultFrom === undefined ? entry.default : entry.defaultFrom(values);
}

const shape = Object.fromEntries(
  Object.entries<TableEntry>(optionTable).map(([name, { schema, presence }]) => [
    name,
    presence === 'required' ? schema : schema.optional(),
  ]),
);

// Also checked where single options are wrong, so that the error names everything that is missing at once.
const always = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

/** Every option by itself, and the rules between options. */
const optionsSchema = z
  .strictObject(shape, { error: objectError('expected an object with the options of createGateway') })
  .superRefine(refuseTwoInstances)
  .superRefine(refuseUnusableExchange)
  .refine(
    (options) =>
      options?.mode === 'development' ||
      options?.authorizedParties !== undefined ||
      options?.authenticate !== undefined,
    { ...always, path: ['authorizedParties'], error: missingPartiesError },
  )
  .superRefine(checkSubgraphs);

const instanceError = 'expected the key of the same instance: one key is for test, the other for live';

/** Refuses keys of two instances. A malformed key has its own error. */
function refuseTwoInstances(values: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const secretKeys = [values.secretKey].flat().map(String);
  const other = secretKeys.findIndex((key) => areOfTwoInstances(secretKeys[0], key));
  if (other > 0) context.addIssue({ code: 'custom', path: ['secretKey', other], message: instanceError });
  if (areOfTwoInstances(secretKeys[0], String(values.publishableKey))) {
    context.addIssue({ code: 'custom', path: ['publishableKey'], message: instanceError });
  }
}

function areOfTwoInstances(...keys: (string | undefined)[]): boolean {
  const kinds = keys.map((key = '') => /^[sp]k_(test|live)_/.exec(key)?.[1]);
  return !kinds.includes(undefined) && new Set(kinds).size > 1;
}
