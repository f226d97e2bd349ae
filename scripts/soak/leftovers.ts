import { createHook } from 'node:async_hooks';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** How many things of each kind there are. */
export type Census = Readonly<Record<string, number>>;

/** Connections: any of them may stay behind without keeping the process alive. */
const connections = new Set(['TCPSERVERWRAP', 'TCPWRAP', 'TLSWRAP', 'Worker']);

/**
 * Follows every connection and interval of this process from now on. `getActiveResourcesInfo` tells only of what keeps it alive,
 * which neither a connection to Redis nor an interval of the gateway does. A timer that fires once ends by itself and is left
 * out.
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
  requireSight(living);
  return () =>
    census([...living.values(), ...process.getActiveResourcesInfo().map((kind) => `active ${kind}`)]);
}

// Node.js documents no way to tell the two kinds of timers apart.
function isInterval(kind: string, resource: { _repeat?: number | null }): boolean {
  return kind === 'Timeout' && typeof resource._repeat === 'number';
}

function requireSight(living: ReadonlyMap<number, string>): void {
  const interval = setInterval(() => {}, 1_000_000);
  clearInterval(interval);
  if (![...living.values()].includes('interval')) throw new Error('this Node.js does not show its intervals');
}

function census(kinds: readonly string[]): Census {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What there is more of now than before: connections take a moment to close, so that it is looked for a while. */
export async function leftovers(count: () => Census, before: Census, patience: number): Promise<string[]> {
  const until = performance.now() + patience;
  for (;;) {
    const now = count();
    const more = Object.keys(now).filter((kind) => (now[kind] ?? 0) > (before[kind] ?? 0));
    if (more.length === 0 || performance.now() > until) {
      return more.map((kind) => `${kind}: ${before[kind] ?? 0} before, ${now[kind]} after`);
    }
    await pause(50);
    // What has ended is told of one turn later.
    await turn();
  }
}
