import { contains, overlaps, type Period, widen } from './period.ts';

/** Records when faults were injected, and when gateways lost Redis. Times are milliseconds since the epoch. */
export interface Timeline {
  readonly startedAt: number;
  /** Records the beginning of a fault, before it is injected. */
  begin(where: 'clerk' | 'redis', fault: string): InjectedFault;
  /** Records that a gateway lost its connection to Redis or is connected again. */
  noteRedis(gateway: number, state: 'unavailable' | 'connected', at: number): void;
  /** Returns the faults that may have been in force at some time in a period. */
  faults(where: 'clerk' | 'redis', period: Period): string[];
  /** Returns the faults that were certainly in force during a whole period. */
  faultsThroughout(where: 'clerk' | 'redis', period: Period): string[];
  /** Whether a gateway was without Redis at some time in a period. */
  wasUnavailable(gateway: number, period: Period): boolean;
  /** Returns when the last problem of any gateway with Redis that began before a moment ended; infinity if it ended after that moment. */
  lastRedisProblem(moment: number): number;
  /** Returns how often each fault was injected. */
  counts(): Record<string, number>;
  /** Returns how often gateways lost Redis without an injected fault, which occurs on a busy machine. */
  unprovoked(): number;
}

/** A fault that is being injected. */
export interface InjectedFault {
  /** Records a period in which the fault was certainly in force: without the time that its injection and its end take. */
  heldDuring(period: Period): void;
  /** Records the end, after it. */
  end(): void;
}

interface Window extends Period {
  readonly where: string;
  readonly what: string;
  to: number;
  /** When the fault was certainly in force. */
  held?: Period;
}

/** A fault may have effects for this long after its end, in milliseconds. */
const aftermath = 3_000;
/** The longest delay with which a gateway reports a lost connection to Redis, in milliseconds. */
export const reportDelay = 1_000;

export function createTimeline(): Timeline {
  const windows: Window[] = [];
  const unavailable: (Window & { gateway: number })[] = [];
  const open = (where: string, what: string, from: number): Window => ({
    ...{ where, what, from },
    to: Number.POSITIVE_INFINITY,
  });
  const names = (where: string, matches: (window: Window) => boolean) =>
    windows.filter((window) => window.where === where && matches(window)).map(({ what }) => what);

  return {
    startedAt: Date.now(),
    begin(where, fault) {
      const window = open(where, fault, Date.now());
      windows.push(window);
      return {
        heldDuring(period) {
          window.held = period;
        },
        end() {
          window.to = Date.now();
        },
      };
    },
    noteRedis(gateway, state, at) {
      if (state === 'unavailable') unavailable.push({ ...open('link', 'unavailable', at), gateway });
      else
        for (const window of unavailable) if (window.gateway === gateway) window.to = Math.min(window.to, at);
    },
    faults: (where, period) => names(where, (window) => overlaps(window, period)),
    faultsThroughout: (where, period) =>
      names(where, ({ held }) => held !== undefined && contains(held, period)),
    wasUnavailable: (gateway, period) =>
      unavailable.some(
        (window) => window.gateway === gateway && overlaps(widen(window, reportDelay, 0), period),
      ),
    lastRedisProblem: (moment) =>
      [
        ...unavailable.map((window) => widen(window, reportDelay, 0)),
        ...windows.filter(({ where }) => where === 'redis'),
      ]
        .filter(({ from }) => from <= moment)
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
