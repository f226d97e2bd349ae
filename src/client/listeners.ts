import type { TokenChange, TokenListener } from './token-source-options.ts';

/** Those who want to know of changes. */
export interface Listeners {
  /** @returns ends it */
  add(listener: TokenListener): () => void;
  some(): boolean;
  tell(change: TokenChange): void;
  clear(): void;
}

/** Makes an empty list of listeners. One that throws stops neither the others nor the source: its error is reported as uncaught ones are. */
export function createListeners(): Listeners {
  const entries = new Set<{ listener: TokenListener }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    some: () => entries.size > 0,
    tell(change) {
      for (const entry of [...entries]) {
        // One that was told before may have ended this one.
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

// Node has no reportError, and throwing it from a timer would end the process.
function report(error: unknown): void {
  const { reportError = console.error } = globalThis as { reportError?: (error: unknown) => void };
  reportError(error);
}
