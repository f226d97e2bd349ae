// (l) telemetry: what metrics and traces add to the CPU time of a hit.
import { atMost, goals } from '../goals.ts';
import { clientRequest, plainRequest } from '../load/requests.ts';
import type { Started } from '../processes.ts';
import type { Run } from '../run.ts';
import type { MintgateServer } from '../servers/mintgate.ts';
import { control, mintgate, observed, type System } from '../systems.ts';
import { median, rounded, type Table } from '../table.ts';
import { type Subject, startSubject, takeTurn } from './turn.ts';

/** Time between two scrapes of the metrics, in milliseconds: fifteen times as often as Prometheus does unless told otherwise. */
const scrapeEveryMs = 1_000;

export async function telemetry(run: Run): Promise<Table> {
  const requests = { client: await clientRequest('bench'), plain: plainRequest('bench') };
  const plan = { file: await run.sign({ sessions: 1, each: 1 }), choose: 'one', requests } as const;
  const subjects = await Promise.all(
    [mintgate, control, ...observed].map((system) => startSubject(run, system, requests)),
  );
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
  return tableOf(subjects);
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

function tableOf(subjects: readonly Subject[]): Table {
  const [base, ...others] = subjects;
  if (base === undefined) throw new Error('no server was measured');
  const cpuOf = ({ turns }: Subject) => turns.client.map(({ cpu }) => cpu);
  const timesOf = (subject: Subject) =>
    median(cpuOf(subject).map((cpu, round) => cpu / (cpuOf(base)[round] ?? Number.NaN)));
  const timesOfSystem = (system: System) =>
    timesOf(others.find((subject) => subject.system === system) ?? base);
  const baseCpu = median(cpuOf(base));
  const [noSdk, metrics] = observed;
  const notes = [
    atMost(`${goals.l.noSdk} us per hit without an SDK`, goals.l.noSdk, (timesOfSystem(noSdk) - 1) * baseCpu),
    atMost(`${goals.l.metrics} times with metrics`, goals.l.metrics, timesOfSystem(metrics)),
  ];
  const rows = subjects.map((subject) => {
    const times = timesOf(subject);
    return [
      subject.system.name,
      rounded(median(cpuOf(subject))),
      times.toFixed(3),
      rounded((times - 1) * baseCpu),
    ];
  });
  const columns = ['server', 'CPU us per request', 'times Mintgate', 'CPU us added'];
  return { id: 'l', title: 'telemetry: what it adds to a hit', notes, grids: [{ columns, rows }] };
}
