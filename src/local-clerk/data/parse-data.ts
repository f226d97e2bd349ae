import { dataSchema, type ParsedData } from './data-schema.ts';
import { recogniseData } from './recognise-data.ts';

/**
 * Checks data for the local Clerk, as read from a JSON file, and fills in the defaults. Each list may also be what
 * Clerk's list endpoints answer: `{ "data": [...], "total_count": n }`. The list of templates may stand alone.
 *
 * @param json - as `JSON.parse` gives it
 * @returns the data with every default in place
 * @throws Error with one line for each fault, naming its place and what was expected there.
 */
export function parseLocalClerkData(json: unknown): ParsedData {
  return parseWithWarnings(json).data;
}

/**
 * The same, with what a developer should know about how the data were read.
 *
 * @throws Error as parseLocalClerkData
 */
export function parseWithWarnings(json: unknown): { data: ParsedData; warnings: string[] } {
  const { lists, warnings, describePath } = recogniseData(json);
  const result = dataSchema.safeParse(lists);
  if (result.success) return { data: result.data, warnings };
  const faults = result.error.issues.map((issue) => `  ${describePath(issue.path)}: ${issue.message}`);
  throw new Error(`The data for the local Clerk are not usable:\n${faults.join('\n')}`);
}
