// (h) growth: memory per entry and time per cache hit, with a growing number of held tokens.
import { startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { GrowthServer } from '../servers/growth.ts';
import { rounded, type Table } from '../table.ts';

const hits = 50_000;

export async function growth(run: Run): Promise<Table> {
  const rows = [];
  for (const entries of run.scale.entries) {
    run.progress(`(h) ${entries} entries`);
    const server = await startServer<GrowthServer>('growth', {});
    try {
      const { held, perEntry, token, microseconds } = await server.ask.grow(entries, hits);
      rows.push([
        held,
        Math.round(perEntry),
        Math.round(token),
        Math.round(perEntry - token),
        rounded(microseconds),
      ]);
    } finally {
      await server.stop();
    }
  }
  return {
    id: 'h',
    title: 'growth: the mint engine with a growing number of held tokens',
    notes: [
      'In one process, without HTTP. Per entry: the token, its decoded claims, its key, and the state of the rate limits for the session.',
      'Goal: constant time per hit, and less than 2 kB besides the token.',
    ],
    columns: ['tokens held', 'bytes per entry', 'of these the token', 'beyond it', 'us per hit'],
    rows,
  };
}
