/** Lets the process exit while a timer is active. Does nothing in runtimes whose timers are numbers: they cannot keep a process alive. */
export function unref(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}
