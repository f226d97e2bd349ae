// (h) growth: memory per entry and time per cache hit, with a growing number of held tokens.
import { atMost, goals } from '../goals.ts';
import { type Started, startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { GrowthServer } from '../servers/growth.ts';
import { median, rounded, type Table } from '../table.ts';

/** Lookups of one turn, and the turns of each size: those to warm up, and those that are measured. */
const hits = 50_000;
const warmTurns = 2;
const turns = 7;

interface Cache {
  held: number;
  perEntry: number;
  token: number;
  server: Started<GrowthServer>;
  /** The CPU time of a hit in each turn, in microseconds. */
  times: number[];
}

export async function growth(run: Run): Promise<Table> {
  const caches: Cache[] = [];
  try {
    for (const entries of run.scale.entries) {
      run.progress(`(h) ${entries} entries`);
      const server = await startServer<GrowthServer>('growth', {});
      const cache: Cache = { server, times: [], held: 0, perEntry: 0, token: 0 };
      caches.push(cache);
      Object.assign(cache, await server.ask.grow(entries, hits));
    }
    // In short turns, so that a slow phase of the machine affects all sizes.
    for (let turn = 0; turn < warmTurns + turns; turn += 1) {
      for (const { server, times } of caches) {
        const time = await server.ask.hit();
        if (turn >= warmTurns) times.push(time);
      }
    }
  } finally {
    await Promise.all(caches.map(({ server }) => server.stop()));
  }
  return {
    id: 'h',
    title: 'growth: the mint engine with a growing number of held tokens',
    notes: [
      'In one process, without HTTP. Per entry: the token, its decoded claims, its key, and the state of the rate limits for the session.',
      ...notesOf(caches),
    ],
    grids: [
      {
        columns: ['tokens held', 'bytes per entry', 'of these the token', 'beyond it', 'CPU us per hit'],
        rows: caches.map(({ held, perEntry, token, times }) => [
          held,
          ...[perEntry, token, perEntry - token].map(Math.round),
          rounded(median(times)),
        ]),
      },
    ],
  };
}

function notesOf(caches: readonly Cache[]): string[] {
  const [smallest, largest] = [caches[0], caches.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const { entries, from, times, bytes } = goals.h;
  const ratio = median(largest.times.map((time, turn) => time / (smallest.times[turn] ?? Number.NaN)));
  const measured = largest.held === entries ? '' : ` (here: ${largest.held.toLocaleString('en')})`;
  return [
    atMost(
      `a hit with ${entries.toLocaleString('en')} tokens${measured} costs at most ${times} times one with ${from.toLocaleString('en')}`,
      times,
      ratio,
    ),
    atMost(`at most ${bytes} bytes besides the token`, bytes, largest.perEntry - largest.token),
  ];
}
