// (l) telemetry: what metrics and traces add to the CPU time of a hit.
import { atMost, goals } from '../goals.ts';
import { clientRequest, plainRequest } from '../load/requests.ts';
import { type Started, startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { HitsServer } from '../servers/hits.ts';
import type { MintgateServer } from '../servers/mintgate.ts';
import type { TelemetrySettings } from '../servers/telemetry.ts';
import { control, mintgate, observed, type System } from '../systems.ts';
import { type Grid, median, type Table } from '../table.ts';
import { type Subject, startSubject, takeTurn } from './turn.ts';

const systems: readonly System[] = [mintgate, control, ...observed];

/** Time between two scrapes of the metrics, in milliseconds: fifteen times as often as Prometheus does unless told otherwise. */
const scrapeEveryMs = 1_000;

export async function telemetry(run: Run): Promise<Table> {
  run.progress('(l) hits without HTTP');
  const alone = await measureAlone(run);
  const requests = { client: await clientRequest('bench'), plain: plainRequest('bench') };
  const plan = { file: await run.sign({ sessions: 1, each: 1 }), choose: 'one', requests } as const;
  const subjects = await Promise.all(systems.map((system) => startSubject(run, system, requests)));
  const stopScraping = await startScraping(subjects);
  const { warmTurns, turns } = run.scale;
  // The differences are small: these servers take more turns than those of (a).
  const rounds = warmTurns + 3 * turns;
  try {
    for (let round = 0; round < rounds; round += 1) {
      run.progress(`(l) round ${round + 1} of ${rounds}`);
      for (const subject of inTurn(subjects, round)) {
        const turn = await takeTurn(run, subject, plan, 'client', round);
        if (round >= warmTurns) subject.turns.client.push(turn);
      }
    }
  } finally {
    stopScraping();
    await Promise.all(subjects.map(({ server }) => server.stop()));
  }
  return tableOf(subjects, alone);
}

/** Measures hits of all systems in one process, without HTTP. @returns the CPU time of each turn, in microseconds, for each system */
async function measureAlone({ clerk }: Run): Promise<number[][]> {
  const server = await startServer<HitsServer>('hits', { ...(await clerk.settings()) });
  try {
    const kinds = systems.map(({ settings }) => (settings?.signals ?? null) as TelemetrySettings | null);
    return await server.ask.measure(`Bearer ${await clerk.sessionToken()}`, kinds);
  } finally {
    await server.stop();
  }
}

/** Returns the servers in another order in each round, because a server is slower after some of the others. */
function inTurn(subjects: readonly Subject[], round: number): readonly Subject[] {
  const first = round % subjects.length;
  const rotated = [...subjects.slice(first), ...subjects.slice(0, first)];
  return round % 2 === 0 ? rotated : rotated.toReversed();
}

/** Scrapes the servers that have metrics. @returns a function that ends it */
async function startScraping(subjects: readonly Subject[]): Promise<() => void> {
  const urls = await Promise.all(
    subjects.map(({ server }) => (server as Started<MintgateServer>).ask.metricsUrl()),
  );
  const scrape = async (url: string) => {
    const text = await (await fetch(url)).text();
    if (!text.includes('http_server_request_duration')) throw new Error(`${url}: expected metrics: ${text}`);
  };
  for (const url of urls) if (url !== undefined) await scrape(url);
  const timer = setInterval(() => {
    for (const url of urls) if (url !== undefined) void scrape(url);
  }, scrapeEveryMs);
  return () => clearInterval(timer);
}

function tableOf(subjects: readonly Subject[], alone: readonly (readonly number[])[]): Table {
  const served = subjects.map(({ turns }) => turns.client.map(({ cpu }) => cpu));
  const [noSdk, metrics] = observed;
  const addedAlone = median(differences(alone)[systems.indexOf(noSdk)] ?? []);
  const times = median(ratios(served)[systems.indexOf(metrics)] ?? []);
  return {
    ...{ id: 'l', title: 'telemetry: what it adds to a hit' },
    notes: [
      atMost(`${goals.l.noSdk} us per hit without an SDK`, goals.l.noSdk, addedAlone),
      atMost(`${goals.l.metrics} times with metrics, over HTTP`, goals.l.metrics, times),
    ],
    grids: [gridOf('Without HTTP, in one process:', alone), gridOf('Over HTTP:', served)],
  };
}

/** The turns of each system, compared with those of the first in the same round. */
function differences(all: readonly (readonly number[])[]): number[][] {
  return all.map((turns) => turns.map((cpu, round) => cpu - (all[0]?.[round] ?? Number.NaN)));
}

function ratios(all: readonly (readonly number[])[]): number[][] {
  return all.map((turns) => turns.map((cpu, round) => cpu / (all[0]?.[round] ?? Number.NaN)));
}

function gridOf(caption: string, all: readonly (readonly number[])[]): Grid {
  const [added, times] = [differences(all), ratios(all)];
  return {
    ...{ caption, columns: ['server', 'CPU us per hit', 'CPU us added', 'times Mintgate'] },
    rows: systems.map(({ name }, at) => [
      name,
      median(all[at] ?? []).toFixed(1),
      median(added[at] ?? []).toFixed(1),
      median(times[at] ?? []).toFixed(3),
    ]),
  };
}
