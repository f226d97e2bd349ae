import { answerParent } from '../../test/support/remote.ts';
import type { Memory } from './memory.ts';

/** The calls that every measured server answers. */
export type MeasuredServer = {
  url(): string;
  /** The CPU time of this process so far, user and system, in microseconds. */
  cpu(): number;
  /** The memory in use after a garbage collection, in bytes. */
  memory(): Promise<Memory>;
};

/** Reports that this server listens, and answers the calls of the parent process. */
export function answerMeasurer<More extends Record<string, (...args: never[]) => unknown>>(
  url: string,
  more: More,
): MeasuredServer & More {
  const handlers = {
    url: () => url,
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    // Imported late, because it changes flags of V8.
    memory: async () => (await import('./memory.ts')).usedMemory(),
    ...more,
  };
  process.once('disconnect', () => process.exit());
  answerParent(handlers);
  return handlers;
}

/** The settings of a server for Clerk. */
export interface ClerkSettings {
  apiUrl: string;
  secretKey: string;
  publishableKey: string;
  jwtKey: string;
}

/** The settings from the parent process. */
export function settings<T = ClerkSettings>(): T {
  return JSON.parse(process.env.BENCH_SETTINGS ?? '{}') as T;
}
