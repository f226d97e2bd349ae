import { vi } from 'vitest';

const kept = globalThis as typeof globalThis & { realGlobals?: PropertyDescriptorMap };

/** What tests replace to let time pass, or to look on. */
const replaced = new Set([
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  ...['Date', 'performance', 'fetch'],
]);

/**
 * Gives a file of tests the clock, the timers and the globals that the process began with: files share a process, and one that
 * leaves something behind would be felt in another.
 */
export function startWithRealGlobals(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  const all = Object.entries(Object.getOwnPropertyDescriptors(globalThis));
  kept.realGlobals ??= Object.fromEntries(all.filter(([name]) => replaced.has(name)));
  Object.defineProperties(globalThis, kept.realGlobals);
}
