// (e) burst: many sessions arrive within a second, with an empty cache.
import type { Run } from '../run.ts';
import { longQuestion, mintgate } from '../systems.ts';
import { rounded, type Table } from '../table.ts';
import { ownBudget, production } from './felt.ts';

export async function burst(run: Run): Promise<Table> {
  const { clerk, load, scale } = run;
  const file = await run.sign({ sessions: scale.burst, each: 1 });
  const rows = [];
  for (const system of [...run.peers, mintgate]) {
    run.progress(`(e) ${system.name}`);
    await clerk.behaveAsInProduction(production.latency);
    const server = await run.start(system, system === mintgate ? { mintBudget: ownBudget } : {});
    try {
      const mints = await clerk.mints();
      const result = await load.burst({ url: await server.ask.url(), body: longQuestion, file });
      const second = (value: number | null) => (value === null ? null : rounded(value));
      rows.push([
        system.name,
        result.atOnce,
        result.throttled,
        result.failed,
        second(result.p50),
        second(result.p99),
        second(result.all),
        (await clerk.mints()) - mints,
      ]);
    } finally {
      await server.stop();
    }
  }
  await clerk.behaveAsOnALaptop();
  return {
    id: 'e',
    title: `burst: ${scale.burst} sessions arrive within one second on a cold server, Clerk as in (d)`,
    notes: [
      'A session with a `retryAfter` retries after it, and the others after a second, for 40 s at most.',
      `Goal: as many at once as the budget allows (${ownBudget}), the others with \`retryAfter\`, all served within 12 s.`,
    ],
    grids: [
      {
        columns: [
          'server',
          'token at the first attempt',
          '`retryAfter` at the first attempt',
          'failed',
          'half served after s',
          '99 % after s',
          'all after s',
          'calls to Clerk',
        ],
        rows,
      },
    ],
  };
}
