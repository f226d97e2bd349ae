// (f) outage: Clerk is down for a while under load. (g) throttled: another client of Clerk uses up the rate limit.
import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '../run.ts';
import { longQuestion, mintgate, type System } from '../systems.ts';
import type { Grid, Table } from '../table.ts';
import { outcomes, ownBudget, production, served } from './felt.ts';

interface Trouble {
  begin(run: Run): Promise<unknown>;
  end(run: Run): Promise<unknown>;
}

const outageOfClerk: Trouble = {
  begin: ({ clerk }) => clerk.unplug(),
  end: ({ clerk }) => clerk.plug(),
};

/** Requests per second of another client of Clerk: 90 % of the rate limit. */
const othersPerSecond = (0.9 * production.limit) / 10;

const anotherClient: Trouble = {
  async begin({ clerk }) {
    await clerk.behaveAsInProduction(production.latency);
    await clerk.others(othersPerSecond);
  },
  async end({ clerk }) {
    await clerk.others(0);
    await clerk.behaveAsOnALaptop();
  },
};

export function outage(run: Run): Promise<Table> {
  return during(run, outageOfClerk, 1, {
    id: 'f',
    title: `outage: Clerk refuses connections for ${run.scale.openSeconds} s under ${run.scale.rate} requests/s`,
    notes: [
      'Every session has a token of 10 minutes, held for 5.',
      'Needless: errors for a session whose last token was still valid. Goal: none.',
    ],
  });
}

export function throttled(run: Run): Promise<Table> {
  return during(run, anotherClient, 0.9, {
    id: 'g',
    title: `throttled: another client makes ${othersPerSecond} calls/s to Clerk, of the ${production.limit / 10} that its limit allows, for ${run.scale.openSeconds} s`,
    notes: [
      'Nine of ten sessions have a token of 10 minutes, held for 5. The tenth is new, and can use only the rest of the limit.',
    ],
  });
}

/** @param share - the share of sessions that have a token at the start */
async function during(
  run: Run,
  trouble: Trouble,
  share: number,
  table: Pick<Table, 'id' | 'title' | 'notes'>,
): Promise<Table> {
  const rows = [];
  for (const system of [...run.peers.slice(0, 1), mintgate]) {
    run.progress(`(${table.id}) ${system.name}`);
    rows.push(await one(run, system, trouble, share));
  }
  return {
    ...table,
    grids: [{ columns: ['server', 'tokens/s', 'p50 ms', 'p99 ms', 'errors', 'needless', 'outcomes'], rows }],
  };
}

async function one(run: Run, system: System, trouble: Trouble, share: number): Promise<Grid['rows'][number]> {
  const { clerk, load, scale } = run;
  const sessions = Math.min(scale.sessions, 1_000);
  const seconds = scale.openSeconds;
  const rate = ownBudget / 10;
  const comeIn = (share * sessions) / rate;
  const file = await run.sign({ sessions, each: Math.ceil((comeIn + seconds + 20) / 50) + 1 });
  const server = await run.start(system, {
    apiUrl: await clerk.cableUrl(),
    ...(system === mintgate ? { mintBudget: ownBudget } : {}),
  });
  try {
    const began = Date.now();
    const common = { url: await server.ask.url(), body: longQuestion, file, began };
    await load.openLoop({ ...common, choose: 'in turn', rate, seconds: comeIn });
    await trouble.begin(run);
    // Requests that were in flight when it began.
    await pause(100);
    const result = await load.openLoop({ ...common, choose: 'any session', rate: scale.rate, seconds });
    return [system.name, ...served(result, seconds), result.needless, outcomes(result)];
  } finally {
    await trouble.end(run);
    await server.stop();
  }
}
