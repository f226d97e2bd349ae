import { createHook } from 'node:async_hooks';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** The number of resources of each kind. */
type Census = Readonly<Record<string, number>>;

/** Kinds of connections that may be left open without keeping the process alive. */
const connections = new Set(['TCPSERVERWRAP', 'TCPWRAP', 'TLSWRAP', 'Worker']);

/**
 * Starts to track the connections and intervals of this process. `getActiveResourcesInfo` lists only resources that keep the process
 * alive, which the gateway's intervals and connections to Redis do not. Timers that fire once are not tracked.
 *
 * @returns a function that counts the resources
 */
export function followResources(): () => Census {
  const living = new Map<number, string>();
  createHook({
    trackPromises: false,
    init(id, kind, _trigger, resource) {
      if (connections.has(kind)) living.set(id, kind);
      if (isInterval(kind, resource)) living.set(id, 'interval');
    },
    destroy: (id) => void living.delete(id),
  }).enable();
  requireIntervals(living);
  return () =>
    census([...living.values(), ...process.getActiveResourcesInfo().map((kind) => `active ${kind}`)]);
}

// Node.js has no documented way to distinguish intervals from timeouts.
function isInterval(kind: string, resource: { _repeat?: number | null }): boolean {
  return kind === 'Timeout' && typeof resource._repeat === 'number';
}

function requireIntervals(living: ReadonlyMap<number, string>): void {
  const interval = setInterval(() => {}, 1_000_000);
  clearInterval(interval);
  if (![...living.values()].includes('interval'))
    throw new Error('this version of Node.js does not expose intervals to async_hooks');
}

function census(kinds: readonly string[]): Census {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Lists the kinds of resources with a higher number than before. Waits up to `timeoutMs` milliseconds for connections to close. */
export async function leftovers(count: () => Census, before: Census, timeoutMs: number): Promise<string[]> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const now = count();
    const more = Object.keys(now).filter((kind) => (now[kind] ?? 0) > (before[kind] ?? 0));
    if (more.length === 0 || performance.now() > until) {
      return more.map((kind) => `${kind}: ${before[kind] ?? 0} before, ${now[kind]} after`);
    }
    await pause(50);
    // The destroy hook runs one turn later.
    await turn();
  }
}
