// (d) felt: what callers notice when Clerk has the latency and the rate limit of production.
import type { OpenLoopResult } from '../load/open-loop.ts';
import type { Run } from '../run.ts';
import { longQuestion, mintgate, type System } from '../systems.ts';
import { type Grid, rounded, type Table } from '../table.ts';

/** Clerk's latency in milliseconds, and its rate limit in requests per 10 s. */
export const production = { latency: 270, limit: 1_000 };
/** Mintgate's default mint limit, per 10 s. */
export const ownBudget = 800;

export async function felt(run: Run): Promise<Table> {
  const { scale, clerk } = run;
  const rows = [];
  for (const system of [...run.peers, mintgate]) {
    run.progress(`(d) ${system.name}`);
    rows.push(await one(run, system));
  }
  await clerk.behaveAsOnALaptop();
  return {
    id: 'd',
    title: `felt: ${scale.rate} requests/s of ${scale.sessions} sessions, Clerk at 270 ms and its production limit`,
    notes: [
      'Templates live for 10 minutes and are held for 5 (`maxCacheAge: 300`).',
      `For Mintgate, the sessions arrived before, as fast as its limit of ${ownBudget} per 10 s allows. In steady state, that many sessions`,
      `need ${Math.round(scale.sessions / (0.7 * 300))} mints/s of its 80. (With the default of 60 s they would need`,
      `${Math.round(scale.sessions / (0.7 * 60))}.)`,
    ],
    grids: [
      { columns: ['server', 'tokens/s', 'p50 ms', 'p99 ms', 'errors', 'calls to Clerk/s', 'outcomes'], rows },
    ],
  };
}

async function one(run: Run, system: System): Promise<Grid['rows'][number]> {
  const { clerk, load, scale } = run;
  const isOurs = system === mintgate;
  await clerk.behaveAsOnALaptop();
  const comeIn = isOurs ? scale.sessions / (ownBudget / 10) : 0;
  const seconds = isOurs ? scale.openSeconds : Math.ceil(scale.openSeconds / 3);
  const each = Math.ceil((comeIn + seconds + 20) / 50) + 1;
  const file = await run.sign({ sessions: scale.sessions, each });
  const server = await run.start(system, isOurs ? { mintBudget: ownBudget } : {});
  try {
    const began = Date.now();
    const common = { url: await server.ask.url(), body: longQuestion, file, began };
    if (isOurs) {
      const rate = ownBudget / 10;
      await load.openLoop({ ...common, choose: 'in turn', rate, seconds: comeIn });
    }
    await clerk.behaveAsInProduction(production.latency);
    const mints = await clerk.mints();
    const result = await load.openLoop({ ...common, choose: 'any session', rate: scale.rate, seconds });
    const calls = (await clerk.mints()) - mints;
    return [system.name, ...served(result, seconds), rounded(calls / seconds), outcomes(result)];
  } finally {
    await server.stop();
  }
}

/** Tokens per second, their times, and the share of errors. */
export function served(result: OpenLoopResult, seconds: number): (string | number)[] {
  const perSecond = (result.outcomes.token ?? 0) / seconds;
  return [rounded(perSecond), rounded(result.p50), rounded(result.p99), errors(result)];
}

/** Returns the share of requests that got no token. */
export function errors({ outcomes: { token = 0, ...others } }: OpenLoopResult): string {
  const failed = Object.values(others).reduce((sum, count) => sum + count, 0);
  return `${((100 * failed) / Math.max(1, token + failed)).toFixed(1)} %`;
}

export function outcomes({ outcomes: all }: OpenLoopResult): string {
  return Object.entries(all)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');
}
