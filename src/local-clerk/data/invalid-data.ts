import type { z } from 'zod';

/** Returns the error for invalid data: one line for each value. @param describePath - formats a path as in the original JSON */
export function invalidData(
  { issues }: z.ZodError,
  describePath: (path: readonly PropertyKey[]) => string,
): Error {
  const problems = issues.map((issue) => `  ${describePath(issue.path)}: ${issue.message}`);
  return new Error(`The data for the local Clerk are invalid:\n${problems.join('\n')}`);
}
