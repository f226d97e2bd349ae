import type { z } from 'zod';
import type { GatewayOptions } from './options.ts';
import { optionsSchema } from './options-schema.ts';

/** One option that is wrong. */
export interface OptionProblem {
  /** The option, such as `templates.hasura.lifetime`. */
  path: string;
  /** What was expected. */
  message: string;
}

/**
 * Checks options as `createGateway` does.
 *
 * @throws TypeError that names every wrong option and what was expected, and never quotes a value
 */
export function validateOptions(options: GatewayOptions): void {
  const problems = findOptionProblems(options);
  if (problems.length === 0) return;
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new TypeError(`createGateway: ${text}`);
}

/** The problems with options that come from the environment or a file, which may lack what is required. */
export function findOptionProblems(options: unknown): OptionProblem[] {
  const result = optionsSchema.safeParse(options);
  if (result.success) return [];
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue));
  // A misspelt option first: what seems to be missing may be meant by it.
  return problems.toSorted((one, other) => Number(isUnknown(other)) - Number(isUnknown(one)));
}

const noSuchOption = 'there is no such option';

function isUnknown({ message }: OptionProblem): boolean {
  return message === noSuchOption;
}

// Where alternatives failed, the one that fits the kind of the value has the most to say.
function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): OptionProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: noSuchOption }));
  }
  const inner = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
  if (inner !== undefined) return inner.flatMap((deep) => problemsOf(deep, path));
  return [{ path: path.join('.') || 'options', message: messageOf(issue) }];
}

function closest(alternatives: readonly (readonly z.core.$ZodIssue[])[]) {
  return alternatives.find((issues) => issues.every((issue) => issue.path.length > 0));
}

// The key of a record carries its own issues, whose message is the one that says what was expected.
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
