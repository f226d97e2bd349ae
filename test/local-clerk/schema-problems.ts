import type { z } from 'zod';
import { formatPath } from '../../src/local-clerk/data/format-path.ts';

/** Lists the problems that a schema finds in a value, each as its path and the message. */
export function schemaProblems(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map((issue) => `${formatPath(issue.path)}: ${issue.message}`);
}
