import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Time between two looks at the files, in milliseconds. */
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
  /** How each file was when it was last looked at. */
  let known = new Map<string, string>();
  let report: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const [file, before] of known) {
      const now = await stat(file).then(describe, () => missing);
      if (now === before || !known.has(file)) continue;
      known.set(file, now);
      clearTimeout(report);
      report = setTimeout(onChange, settleMs);
      report.unref();
    }
  }

  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return {
    replace(files) {
      // Not later: a change directly after this call must be noticed.
      known = new Map(files.map((file) => [file, known.get(file) ?? describeNow(file)]));
    },
    close() {
      clearInterval(timer);
      clearTimeout(report);
    },
  };
}

const missing = 'missing';

function describe({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino} ${size} ${mtimeMs}`;
}

function describeNow(file: string): string {
  try {
    return describe(statSync(file));
  } catch {
    return missing;
  }
}
