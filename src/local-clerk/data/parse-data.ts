import { dataSchema } from './data-schema.ts';
import { findLists } from './find-lists.ts';
import { invalidData } from './invalid-data.ts';
import type { ParsedData } from './parsed-data.ts';

/**
 * Checks data for the local Clerk and applies the defaults. Each list may also have the form of Clerk's list endpoints,
 * `{ "data": [...], "total_count": n }`, and the data may be only a list of JWT templates.
 *
 * @param json - the data as `JSON.parse` returns them
 * @returns the data with every default applied
 * @throws Error with one line for each invalid value: its path and what was expected there
 */
export function parseLocalClerkData(json: unknown): ParsedData {
  return parseWithWarnings(json).data;
}

/**
 * Does the same as `parseLocalClerkData`, and also returns warnings about the data.
 *
 * @throws Error as `parseLocalClerkData` does
 */
export function parseWithWarnings(json: unknown): { data: ParsedData; warnings: string[] } {
  const { lists, warnings, describePath } = findLists(json);
  const result = dataSchema.safeParse(lists);
  if (result.success) return { data: result.data, warnings };
  throw invalidData(result.error, describePath);
}
