// (l) telemetry: what metrics and traces add to the CPU time of a hit.
import { atMost, goals } from '../goals.ts';
import { clientRequest, plainRequest } from '../load/requests.ts';
import { seededRandom } from '../load/session-tokens.ts';
import { type Started, startServer } from '../processes.ts';
import type { Run } from '../run.ts';
import type { HitsServer } from '../servers/hits.ts';
import type { TelemetrySettings } from '../servers/telemetry.ts';
import { control, mintgate, type ObservedSystem, observed } from '../systems.ts';
import { type Grid, median, type Table } from '../table.ts';
import { createSubject, type Subject, takeTurn } from './turn.ts';

const systems: readonly ObservedSystem[] = [mintgate, control, ...observed];

/** Time between two scrapes of the metrics, in milliseconds: fifteen times as often as Prometheus does unless told otherwise. */
const scrapeEveryMs = 1_000;

export async function telemetry(run: Run): Promise<Table> {
  const { clerk } = run;
  const kinds = systems.map(({ signals }) => signals ?? null);
  const server = await startServer<HitsServer>('hits', { ...(await clerk.settings()) });
  try {
    run.progress('(l) hits without HTTP');
    const alone = await server.ask.measure(`Bearer ${await clerk.sessionToken()}`, kinds);
    return tableOf(await measureServed(run, server, kinds), alone);
  } finally {
    await server.stop();
  }
}

/** Measures hits over HTTP. */
async function measureServed(
  run: Run,
  server: Started<HitsServer>,
  kinds: (TelemetrySettings | null)[],
): Promise<Subject[]> {
  const requests = { client: await clientRequest('bench'), plain: plainRequest('bench') };
  const plan = { file: await run.sign({ sessions: 1, each: 1 }), choose: 'one', requests } as const;
  const addresses = await server.ask.listenAll(kinds);
  const subjects: Subject[] = [];
  for (const [at, system] of systems.entries())
    subjects.push(await createSubject(run, { system, server, url: addresses[at]?.url ?? '' }, requests));
  const stopScraping = await startScraping(addresses.flatMap(({ metricsUrl }) => metricsUrl ?? []));
  const { warmTurns, turns, turnSeconds } = run.scale;
  // The differences are small. The turns of a round that are compared must follow each other closely, and be many.
  const rounds = 3 * warmTurns + 9 * turns;
  const shortRun = { ...run, scale: { ...run.scale, turnSeconds: turnSeconds / 3 } };
  const random = seededRandom();
  try {
    for (let round = 0; round < rounds; round += 1) {
      run.progress(`(l) round ${round + 1} of ${rounds}`);
      for (const subject of shuffled(subjects, random)) {
        const turn = await takeTurn(shortRun, subject, plan, 'client', round);
        if (round >= 3 * warmTurns) subject.turns.client.push(turn);
      }
    }
  } finally {
    stopScraping();
  }
  return subjects;
}

/** Returns the servers in random order: a server is slower after some of the others. */
function shuffled(subjects: readonly Subject[], random: () => number): readonly Subject[] {
  return subjects
    .map((subject) => ({ subject, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ subject }) => subject);
}

/** Scrapes metrics at intervals. @returns a function that ends it */
async function startScraping(urls: readonly string[]): Promise<() => void> {
  const scrape = async (url: string) => {
    const text = await (await fetch(url)).text();
    if (!text.includes('http_server_request_duration')) throw new Error(`${url}: expected metrics: ${text}`);
  };
  for (const url of urls) await scrape(url);
  const timer = setInterval(() => {
    for (const url of urls) void scrape(url);
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
