import { watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** The delay after a change, in milliseconds: editors write a file in several steps. */
const debounce = 100;

/**
 * Calls a function after each change of a file. Watches the folder, because many editors replace a file instead of writing to it.
 *
 * @returns a function that ends the watch
 */
export function watchFile(file: string, onChange: () => void): () => void {
  const path = resolve(file);
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(path), (_event, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, debounce);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
