import { afterEach, beforeEach, vi } from 'vitest';

/** Gives Node.js the global events of a browser, for every test of a file. */
export function useBrowserEvents() {
  let browser = new EventTarget();
  const listeners = new Set<unknown>();
  beforeEach(() => {
    browser = new EventTarget();
    listeners.clear();
    vi.stubGlobal('addEventListener', (type: string, listener: EventListener) => {
      listeners.add(listener);
      browser.addEventListener(type, listener);
    });
    vi.stubGlobal('removeEventListener', (type: string, listener: EventListener) => {
      listeners.delete(listener);
      browser.removeEventListener(type, listener);
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  return {
    /** The handlers that are registered now. */
    listeners,
    dispatch: (type: string) => browser.dispatchEvent(new Event(type)),
  };
}
