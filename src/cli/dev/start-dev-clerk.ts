import { ConfigurationError } from '../../config/configuration-error.ts';
import { demoData, type LocalClerk, startLocalClerk } from '../../local-clerk/index.ts';
import { readDataFile } from './data-file.ts';

export interface DevClerkArguments {
  /** A JSON file with the local Clerk's data; undefined for the demo data. */
  data: string | undefined;
  /** Requests per 10 s that the local Clerk accepts; undefined for no limit. */
  rateLimit: number | undefined;
}

/**
 * Starts the local Clerk of `mintgate dev`.
 *
 * @param onWarning - called with a sentence for each key of the data that is ignored
 * @throws ConfigurationError when the data file cannot be used, or when the local Clerk refuses to start
 */
export async function startDevClerk(
  { data: file, rateLimit: limit }: DevClerkArguments,
  onWarning: (warning: string) => void,
): Promise<LocalClerk> {
  const data = file === undefined ? demoData() : await readDataFile(file);
  const rateLimit = limit === undefined ? false : { limit, windowMs: 10_000 };
  try {
    return await startLocalClerk({ data, rateLimit, onWarning });
  } catch (error) {
    throw new ConfigurationError([(error as Error).message]);
  }
}
