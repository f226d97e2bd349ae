import type { z } from 'zod';
import { closestName } from './closest-name.ts';
import type { GatewayOptions } from './options.ts';
import { knownNames, optionsSchema } from './schema.ts';

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
  const meant = new Set(problems.flatMap(({ instead }) => instead ?? []));
  const lacks = (path: string) => isMissing(options, path);
  return (
    problems
      // A missing option is not reported when a misspelt name probably means it.
      .filter(({ path }) => !(meant.has(path) && lacks(path)))
      .toSorted((one, other) => Number(isUnknown(other)) - Number(isUnknown(one)))
      .map(({ path, message }) => ({ path, message: lacks(path) ? `is missing: ${message}` : message }))
  );
}

/** A problem as it is found: for a name that there is none of, the path that is probably meant. */
interface FoundProblem extends OptionProblem {
  instead?: string | undefined;
}

const noSuchOption = 'there is no such option';

function isUnknown({ message }: OptionProblem): boolean {
  return message.startsWith(noSuchOption);
}

function isMissing(options: unknown, path: string): boolean {
  const isRecord = typeof options === 'object' && options !== null;
  return isRecord && !path.includes('.') && (options as Record<string, unknown>)[path] === undefined;
}

// Where alternatives failed, the one that fits the kind of the value has the most to say.
function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): FoundProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownName(path, key));
  const inner = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
  if (inner !== undefined) return inner.flatMap((deep) => problemsOf(deep, path));
  return [{ path: path.join('.') || 'options', message: messageOf(issue) }];
}

function unknownName(above: readonly PropertyKey[], key: string): FoundProblem {
  const path = [...above, key].join('.');
  const meant = closestName(key, knownNames(above));
  if (meant === undefined) return { path, message: noSuchOption };
  return {
    path,
    message: `${noSuchOption}: did you mean ${meant}?`,
    instead: [...above, meant].join('.'),
  };
}

function closest(alternatives: readonly (readonly z.core.$ZodIssue[])[]) {
  return alternatives.find((issues) => issues.every((issue) => issue.path.length > 0));
}

// The key of a record carries its own issues, whose message is the one that says what was expected.
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
