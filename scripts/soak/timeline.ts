/** What went wrong when, in milliseconds since the epoch. */
export interface Timeline {
  readonly startedAt: number;
  /** A fault begins. @returns what tells that it is over */
  begin(where: 'clerk' | 'redis', fault: string): () => void;
  /** The link of a gateway to Redis was lost, or made again. */
  noteRedis(gateway: number, state: 'away' | 'here', at: number): void;
  /** The faults that overlap a time. */
  faults(where: 'clerk' | 'redis', from: number, to: number): string[];
  /** Whether a gateway was without Redis at some time within. */
  wasAway(gateway: number, from: number, to: number): boolean;
  /** When Redis was last in trouble, for any gateway, before a moment; infinite while it is. */
  lastRedisTrouble(moment: number): number;
  /** Every fault and how often it was. */
  counts(): Record<string, number>;
  /** How often gateways lost Redis though nobody touched it: a busy machine does that. */
  unprovoked(): number;
}

interface Window {
  where: string;
  what: string;
  from: number;
  to: number;
}

/** How long after a fault its consequences may show, in milliseconds. */
const aftermath = 3_000;

export function createTimeline(): Timeline {
  const windows: Window[] = [];
  const away: (Window & { gateway: number })[] = [];
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
      if (state === 'away') away.push({ ...open('link', 'away', at), gateway });
      else for (const window of away) if (window.gateway === gateway) window.to = Math.min(window.to, at);
    },
    faults: (where, from, to) =>
      windows
        .filter((window) => window.where === where && overlaps(window, from, to))
        .map(({ what }) => what),
    wasAway: (gateway, from, to) =>
      away.some((window) => window.gateway === gateway && overlaps(window, from, to)),
    lastRedisTrouble: (moment) =>
      [...away, ...windows]
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
      away.filter(
        ({ from }) =>
          !windows.some(
            ({ where, ...window }) =>
              where === 'redis' && window.from <= from && window.to + aftermath >= from,
          ),
      ).length,
  };
}
