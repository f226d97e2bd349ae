import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** Time between two looks at a file, in milliseconds. */
const intervalMs = 1_000;
/** Time after a change before it is reported, in milliseconds: several files may change together. */
const settleMs = 200;

/** A watch of files. */
export interface FileWatch {
  /** Watches these files from now on, and no others. A file need not exist. */
  replace(files: readonly string[]): void;
  close(): void;
}

/**
 * Watches files by looking at them once a second, and keeps no process alive. Events of the file system would miss changes through the
 * symbolic links with which Kubernetes replaces a mounted volume, and changes on network file systems.
 *
 * @param onChange - called after changes, once for several at a time
 */
export function watchFiles(onChange: () => void): FileWatch {
  let watched: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const schedule = (now: Stats, before: Stats) => {
    // The first look at a file that does not exist is reported, too.
    if (!isChanged(now, before)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, settleMs);
    timer.unref();
  };
  const unwatch = () => {
    for (const file of watched) unwatchFile(file, schedule);
  };
  return {
    replace(files) {
      const added = files.filter((file) => !watched.includes(file));
      for (const file of watched) if (!files.includes(file)) unwatchFile(file, schedule);
      for (const file of added) watchFile(file, { interval: intervalMs, persistent: false }, schedule);
      watched = files;
    },
    close() {
      clearTimeout(timer);
      unwatch();
    },
  };
}

function isChanged(now: Stats, before: Stats): boolean {
  return now.ino !== before.ino || now.size !== before.size || now.mtimeMs !== before.mtimeMs;
}
