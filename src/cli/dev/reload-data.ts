import type { LocalClerk } from '../../local-clerk/index.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { readDataFile } from './data-file.ts';
import { watchFile } from './watch-file.ts';

interface ReloadDataOptions {
  /** A JSON file with the local Clerk's data. */
  file: string;
  clerk: Pick<LocalClerk, 'replaceData'>;
  /** Called after the data have been replaced. */
  onReload: () => void;
  log: Pick<GatewayLogger, 'info' | 'error'>;
}

/**
 * Replaces the local Clerk's data when the data file changes. An invalid file is logged and changes nothing.
 *
 * @returns a function that ends the watch
 */
export function reloadDataOnChange(options: ReloadDataOptions): () => void {
  return watchFile(options.file, () => void reloadData(options));
}

async function reloadData({ file, clerk, onReload, log }: ReloadDataOptions): Promise<void> {
  try {
    clerk.replaceData(await readDataFile(file));
    onReload();
    log.info(`--data ${file}: reloaded`);
  } catch (error) {
    log.error(`${(error as Error).message}: the local Clerk keeps its previous data`);
  }
}
