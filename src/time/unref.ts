/** Lets the process end although a timer runs, where timers hold it; the browser-like runtimes have numbers for timers. */
export function unref(timer: unknown): void {
  (timer as { unref?: () => void }).unref?.();
}
