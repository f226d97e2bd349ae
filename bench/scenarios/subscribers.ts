// (k) subscribers: what open event streams cost.
import { setTimeout as pause } from 'node:timers/promises';
import { streamRequest } from '../load/requests.ts';
import { type Started, startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { MeasuredServer } from '../servers/answer.ts';
import type { Memory } from '../servers/memory.ts';
import { mintgate } from '../systems.ts';
import { rounded, type Table } from '../table.ts';

/** The subscribers that warm the server up. */
const warmUp = 50;
/** Seconds for which a token of the second part is held; it is renewed after about 0.7 of them. */
const maxCacheAge = 6;
/** The time in which the subscribers of the second part get a second token, in seconds. */
const renewSeconds = 6;

/** The cost of the subscribers. CPU times in microseconds. */
interface Costs {
  opening: number;
  before: Memory;
  after: Memory;
  /** Per second, of the server without subscribers, and with all of them. */
  alone: number;
  idle: number;
  /** In `renewSeconds`. */
  renewing: number;
  renewals: number;
  lost: number;
}

export async function subscribers(run: Run): Promise<Table> {
  const { subscribers: count, idleSeconds } = run.scale;
  const costs = await costsOf(run, count);
  const { opening, before, after, alone, idle, renewing, renewals, lost } = costs;
  const kilobytes = (kind: keyof Memory) => rounded((after[kind] - before[kind]) / count / 1000);
  return {
    id: 'k',
    title: `subscribers: ${count} event streams, each of a session of its own`,
    notes: [
      'Memory after a garbage collection, with the token that each session holds.',
      `Idle: over ${idleSeconds} s, without the CPU time of a server that has no subscribers.`,
    ],
    grids: [
      {
        columns: [
          ...['CPU us to open one, with its mint', 'kB of memory each', 'of these in the heap'],
          ...['idle CPU us per subscriber and second', 'renewals', 'CPU us per renewal', 'streams lost'],
        ],
        rows: [
          [
            Math.round(opening / count),
            ...[kilobytes('resident'), kilobytes('heap')],
            rounded((idle - alone) / (count + warmUp)),
            renewals,
            Math.round((renewing - idle * renewSeconds) / renewals),
            lost,
          ],
        ],
      },
    ],
  };
}

async function costsOf(run: Run, count: number): Promise<Costs> {
  const { load, clerk } = run;
  const { idleSeconds } = run.scale;
  run.progress('(k) session tokens');
  const file = await run.sign({ sessions: warmUp + 2 * count, each: 1 });
  const settings = {
    ...{ ...(await clerk.settings()), ...mintgate.settings, subscriptionLimit: 8 * count },
    templates: { bench: { maxCacheAge }, long: { lifetime: 600, maxCacheAge: 300 } },
  };
  const server = await startServer<MeasuredServer>('mintgate', settings, 'memory');
  const open = async (template: string, from: number, some: number) => {
    const url = await server.ask.url();
    await load.openStreams({ url, request: streamRequest(template), file, from, count: some });
  };
  try {
    run.progress('(k) no subscribers');
    // Returns to the system what the start has left, so that it does not count below.
    await server.ask.memory();
    const alone = await cpuPerSecond(server, idleSeconds / 4);
    run.progress(`(k) ${count} subscribers`);
    // The first ones also cost what the server loads and compiles.
    await open('long', 0, warmUp);
    const before = await server.ask.memory();
    const opening = await cpuDuring(server, () => open('long', warmUp, count));
    const after = await server.ask.memory();
    const idle = await cpuPerSecond(server, idleSeconds);
    const lost = (await load.countStreams()).ended;
    await load.closeStreams();

    run.progress('(k) renewals');
    await open('bench', warmUp + count, count);
    const renewing = await cpuDuring(server, () => pause(renewSeconds * 1000));
    const { tokens, ended } = await load.countStreams();
    return { opening, before, after, alone, idle, renewing, renewals: tokens - count, lost: lost + ended };
  } finally {
    await load.closeStreams();
    await server.stop();
  }
}

async function cpuPerSecond(server: Started<MeasuredServer>, seconds: number): Promise<number> {
  return (await cpuDuring(server, () => pause(seconds * 1000))) / seconds;
}

/** Returns the CPU time of a server while something is done, in microseconds. */
async function cpuDuring({ ask }: Started<MeasuredServer>, act: () => Promise<unknown>): Promise<number> {
  const before = await ask.cpu();
  await act();
  return (await ask.cpu()) - before;
}
