import type { TokenChange, TokenListener } from './token-source-options.ts';

/** The listeners of a source. */
export interface Listeners {
  /** Adds a listener. A function that is added twice is called twice. @returns a function that removes the listener */
  add(listener: TokenListener): () => void;
  isEmpty(): boolean;
  /** Calls each listener. An error of a listener is reported as an uncaught error, and affects neither other listeners nor the source. */
  notify(change: TokenChange): void;
  clear(): void;
}

/** Creates an empty list of listeners. */
export function createListeners(): Listeners {
  const entries = new Set<{ listener: TokenListener }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    isEmpty: () => entries.size === 0,
    notify(change) {
      for (const entry of [...entries]) {
        // An earlier listener may have removed this one.
        if (!entries.has(entry)) continue;
        try {
          entry.listener(change);
        } catch (error) {
          report(error);
        }
      }
    },
    clear: () => entries.clear(),
  };
}

// Node.js has no reportError, and an error thrown from a timer would end the process.
function report(error: unknown): void {
  const { reportError = console.error } = globalThis as { reportError?: (error: unknown) => void };
  reportError(error);
}
