import { readFileSync } from 'node:fs';

/** How often to look, in milliseconds. */
const interval = 500;

const parentAtStart = process.ppid;

/**
 * Calls back once when the npm that started this process has ended. npm hands signals to its shell alone, so that the process stays
 * behind. Does nothing outside of npm scripts, and on Windows, where a process keeps the id of a parent that has ended.
 *
 * @param parent - the process that started this one. @default the parent when this module was loaded
 */
export function whenNpmEnds(then: () => void, parent: number = parentAtStart): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const npm = parentOfShell(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOfShell(parent) === npm) return;
    clearInterval(timer);
    then();
  }, interval);
  timer.unref();
}

/**
 * The parent of a shell, which outlives an npm that was killed. Undefined for any other process, whose own parent may come and go, and
 * where there is no /proc.
 */
function parentOfShell(pid: number): string | undefined {
  try {
    return /^\d+ \((?:ba|da|k|z)?sh\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
