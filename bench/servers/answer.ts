import { answerParent } from '../../test/support/remote.ts';

/** What every server under measurement can be asked. */
export type MeasuredServer = {
  url(): string;
  /** CPU time of this process so far, user and system, in microseconds, as the operating system accounts it. */
  cpu(): number;
  /** Bytes. */
  rss(): number;
};

/** Says that this process listens, and answers the process that measures. */
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
    rss: () => process.memoryUsage.rss(),
    ...more,
  };
  process.once('disconnect', () => process.exit());
  answerParent(handlers);
  return handlers;
}

/** What a server has to know of Clerk. */
export interface ClerkSettings {
  apiUrl: string;
  secretKey: string;
  publishableKey: string;
  jwtKey: string;
}

/** What the process that measures has told this one. */
export function settings<T = ClerkSettings>(): T {
  return JSON.parse(process.env.BENCH_SETTINGS ?? '{}') as T;
}
