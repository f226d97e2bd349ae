import { readdirSync, readFileSync } from 'node:fs';

/** Sends a signal to all processes of a group. A group without processes is ignored. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Lists the processes of a group that have not ended, each as its id and its command line. It reads `/proc`, and finds none on systems
 * without it.
 */
export function processesOf(group: number): string[] {
  return listProcesses().flatMap((id) => {
    const stat = read(`/proc/${id}/stat`);
    // The name of a process, in parentheses, may contain spaces and parentheses.
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie (Z) has ended: its parent has not asked for its exit code.
    if (itsGroup !== String(group) || state === 'Z') return [];
    return [`${id} ${read(`/proc/${id}/cmdline`).replaceAll('\0', ' ').trim()}`];
  });
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}
