import { readFileSync } from 'node:fs';

/** The interval between checks of the parent process, in milliseconds. */
const pollInterval = 500;

const parentAtStart = process.ppid;

/**
 * Calls a function once when the npm that started this process has ended. npm sends signals only to its shell, and this process would
 * continue to run. Does nothing outside npm scripts, and nothing on Windows, where the parent id does not change when the parent ends.
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
 * Returns the parent id of a shell. When npm is killed, the shell continues, and only the parent of the shell changes. Returns undefined
 * for a process that is not a shell, and on systems without /proc.
 */
function parentOfShell(pid: number): string | undefined {
  try {
    return /^\d+ \((?:ba|da|k|z)?sh\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
