import { setTimeout as sleep } from 'node:timers/promises';
import type { FiredAlert } from '../../scripts/operate/run-record.ts';
import type { Prometheus } from './prometheus.ts';

/** The longest time for which a scenario waits for its alerts, all waits together, in milliseconds. */
const maxWaitMs = 60_000;

/** Seconds since the epoch. */
export const nowSeconds = () => Date.now() / 1000;

/** Watches which alerts fire. */
export interface AlertWatch {
  /** Every alert that has fired until now. The end of one that still fires is the last look at it. */
  readonly fired: readonly FiredAlert[];
  /** The milliseconds of all waits together. */
  readonly waited: number;
  /** Waits until all of these alerts fire. @throws Error after 60 s of all waits together */
  untilFiring(...alerts: string[]): Promise<void>;
  /** Waits until none of these alerts fires. @throws Error after 60 s of all waits together */
  untilClear(...alerts: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts to ask Prometheus ten times a second. */
export function watchAlerts(prometheus: Prometheus): AlertWatch {
  const fired: FiredAlert[] = [];
  const open = new Map<string, FiredAlert>();
  const watch = { fired, waited: 0, stopped: false };
  const look = async () => {
    const firing = new Set(await prometheus.firing());
    const now = nowSeconds();
    for (const alert of firing) {
      const known = open.get(alert) ?? { alert, from: now, to: now };
      if (!open.has(alert)) fired.push(known);
      known.to = now;
      open.set(alert, known);
    }
    for (const alert of open.keys()) if (!firing.has(alert)) open.delete(alert);
  };
  const loop = (async () => {
    while (!watch.stopped) {
      await look();
      await sleep(100);
    }
  })();
  const until = async (what: string, isTrue: () => boolean) => {
    const began = performance.now();
    while (!isTrue()) {
      if (watch.waited + performance.now() - began > maxWaitMs)
        throw new Error(`waited for 60 s in all; last for ${what}, while these fire: ${[...open.keys()]}`);
      await sleep(50);
    }
    watch.waited += performance.now() - began;
  };
  return {
    fired,
    get waited() {
      return watch.waited;
    },
    untilFiring: (...alerts) => until(`${alerts} to fire`, () => alerts.every((alert) => open.has(alert))),
    untilClear: (...alerts) => until(`${alerts} to clear`, () => !alerts.some((alert) => open.has(alert))),
    stop: async () => {
      watch.stopped = true;
      await loop;
    },
  };
}
