import { readFileSync } from 'node:fs';

/** How often the parent is looked at, in milliseconds. */
const pollInterval = 500;

const parentAtStart = process.ppid;

/**
 * Calls back once when the npm that started this process has ended. npm sends signals to its shell alone, which would leave the process
 * running. Does nothing outside npm scripts, and nothing on Windows, where the id of the parent stays the same after its end.
 */
export function whenNpmEnds(onEnd: () => void): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const npm = parentOfShell(parentAtStart);
  const timer = setInterval(() => {
    if (process.ppid === parentAtStart && parentOfShell(parentAtStart) === npm) return;
    clearInterval(timer);
    onEnd();
  }, pollInterval);
  timer.unref();
}

/**
 * Returns the id of the parent of a shell, which outlives an npm that was killed. Returns undefined for a process that is not a shell,
 * whose own parent may end at any time, and where there is no /proc.
 */
function parentOfShell(pid: number): string | undefined {
  try {
    return /^\d+ \((?:ba|da|k|z)?sh\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
