/** Records when faults were injected, and when gateways lost Redis. Times are milliseconds since the epoch. */
export interface Timeline {
  readonly startedAt: number;
  /** Records the beginning of a fault. @returns a function that records its end */
  begin(where: 'clerk' | 'redis', fault: string): () => void;
  /** Records that a gateway lost its connection to Redis or is connected again. */
  noteRedis(gateway: number, state: 'unavailable' | 'connected', at: number): void;
  /** Returns the faults that overlap a period. */
  faults(where: 'clerk' | 'redis', from: number, to: number): string[];
  /** Whether a gateway was without Redis at some time in a period. */
  wasUnavailable(gateway: number, from: number, to: number): boolean;
  /** Returns when the last problem of any gateway with Redis before a moment ended; infinity if it has not ended. */
  lastRedisProblem(moment: number): number;
  /** Returns how often each fault was injected. */
  counts(): Record<string, number>;
  /** Returns how often gateways lost Redis without an injected fault, which occurs on a busy machine. */
  unprovoked(): number;
}

interface Window {
  where: string;
  what: string;
  from: number;
  to: number;
}

/** A fault may have effects for this long after its end, in milliseconds. */
const aftermath = 3_000;

export function createTimeline(): Timeline {
  const windows: Window[] = [];
  const unavailable: (Window & { gateway: number })[] = [];
  const open = (where: string, what: string, from: number): Window => ({
    ...{ where, what, from },
    to: Number.POSITIVE_INFINITY,
  });
  const overlaps = (window: Window, from: number, to: number) => window.from <= to && window.to >= from;

  return {
    startedAt: Date.now(),
    begin(where, fault) {
      const window = open(where, fault, Date.now());
      windows.push(window);
      return () => {
        window.to = Date.now();
      };
    },
    noteRedis(gateway, state, at) {
      if (state === 'unavailable') unavailable.push({ ...open('link', 'unavailable', at), gateway });
      else
        for (const window of unavailable) if (window.gateway === gateway) window.to = Math.min(window.to, at);
    },
    faults: (where, from, to) =>
      windows
        .filter((window) => window.where === where && overlaps(window, from, to))
        .map(({ what }) => what),
    wasUnavailable: (gateway, from, to) =>
      unavailable.some((window) => window.gateway === gateway && overlaps(window, from, to)),
    lastRedisProblem: (moment) =>
      [...unavailable, ...windows]
        .filter(({ where, from }) => where !== 'clerk' && from <= moment)
        .reduce((last, { to }) => Math.max(last, to <= moment ? to : Number.POSITIVE_INFINITY), 0),
    counts() {
      const counts: Record<string, number> = {};
      for (const { where, what } of windows) {
        const name = `${where}: ${what}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    },
    unprovoked: () =>
      unavailable.filter(
        ({ from }) =>
          !windows.some(
            ({ where, ...window }) =>
              where === 'redis' && window.from <= from && window.to + aftermath >= from,
          ),
      ).length,
  };
}
