import { vi } from 'vitest';

const kept = globalThis as typeof globalThis & { realGlobals?: PropertyDescriptorMap };

/** The globals that tests replace. */
const replaced = new Set([
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  ...['Date', 'performance', 'fetch'],
]);

/**
 * Restores the clock, the timers and the globals to their values at the start of the process. Test files share a process, so a
 * replacement that one file does not undo would affect another file.
 */
export function startWithRealGlobals(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  const all = Object.entries(Object.getOwnPropertyDescriptors(globalThis));
  kept.realGlobals ??= Object.fromEntries(all.filter(([name]) => replaced.has(name)));
  Object.defineProperties(globalThis, kept.realGlobals);
}
