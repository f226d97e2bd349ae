import type { z } from 'zod';
import { closestName } from './closest-name.ts';
import { optionTable } from './option-table.ts';
import { knownPolicyNames } from './policy-schema.ts';
import { knownSubgraphNames } from './subgraphs-schema.ts';

/** One option that is wrong. */
export interface OptionProblem {
  /** The path of the option, such as `templates.hasura.lifetime`. */
  path: string;
  /** The mistake and the expected form, without the value. */
  message: string;
}

/** Returns the problems that a schema has found with options, unknown names first. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], options: unknown): OptionProblem[] {
  const problems = issues.flatMap((issue) => problemsOf(issue));
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

/** A problem with a name that does not exist has the path of the name that is probably meant. */
interface FoundProblem extends OptionProblem {
  instead?: string | undefined;
}

const noSuchOption = 'there is no such option';

function isUnknown({ message }: OptionProblem): boolean {
  return message.startsWith(noSuchOption);
}

function isMissing(options: unknown, path: string): boolean {
  const isObject = typeof options === 'object' && options !== null;
  return isObject && !path.includes('.') && (options as Record<string, unknown>)[path] === undefined;
}

function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): FoundProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownName(path, key));
  const inner = issue.code === 'invalid_union' ? alternativeOfSameKind(issue.errors) : undefined;
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

function knownNames(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(optionTable);
  if (path[0] === 'subgraphs') return path.length === 2 ? knownSubgraphNames : [];
  return path[0] === 'templates' ? knownPolicyNames(path) : [];
}

// An alternative whose issues are all inside the value accepts this kind of value, and its issues are the most precise.
function alternativeOfSameKind(alternatives: readonly (readonly z.core.$ZodIssue[])[]) {
  return alternatives.find((issues) => issues.every((issue) => issue.path.length > 0));
}

// The issue of an invalid key contains inner issues, which say what is expected.
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
