// (a) hot, (b) spread, (c) first sight: the CPU time of one request, compared with the alternatives and with the lower bound.
import type { ClosedLoop } from '../load/closed-loop.ts';
import type { Started } from '../processes.ts';
import type { Run } from '../run.ts';
import type { Scale } from '../scale.ts';
import type { MeasuredServer } from '../servers/answer.ts';
import { bare, limit, longQuestion, mintgate, question, type System, yogaFixed } from '../systems.ts';
import { median, rounded, type Table } from '../table.ts';

type Choose = ClosedLoop['choose'];

const kinds = {
  a: { title: 'hot: one session, again and again', choose: 'one', goal: 0.6 },
  b: {
    title: 'spread: sessions at random, each session token replaced every 50 s',
    choose: 'any session',
    goal: 0.5,
  },
  c: {
    title:
      'first sight: every request has a new session token, and its template token of ten minutes is held',
    choose: 'each once',
    goal: 0.35,
  },
} as const satisfies Record<string, { title: string; choose: Choose; goal: number }>;

interface Measured {
  /** CPU time per request, in microseconds. */
  cpu: number;
  perSecond: number;
  failed: number;
  mints: number;
  answered: number;
  p50: number;
  p99: number;
}

export async function cost(run: Run, id: keyof typeof kinds): Promise<Table> {
  const { title, choose, goal } = kinds[id];
  const systems = [bare, limit, yogaFixed, ...run.peers, mintgate];
  run.progress(`(${id}) session tokens`);
  const file = await run.sign(tokensFor(run.scale, choose));
  const measured = await (choose === 'any session'
    ? oneByOne(run, systems, file)
    : inTurn(run, systems, choose, file));
  const rows = systems.map((system) => ({ name: system.name, ...medians(measured.get(system) ?? []) }));
  const cpuOf = (system: System) => rows.find(({ name }) => name === system.name)?.cpu ?? Number.NaN;
  const bestPeer = Math.min(...run.peers.map(cpuOf));
  const share = cpuOf(limit) / cpuOf(mintgate);
  const times = bestPeer / cpuOf(mintgate);
  return {
    id,
    title,
    notes: [
      `Goal: ${goal} of the limit; reached ${share.toFixed(2)}.`,
      ...(run.peers.length > 0
        ? [`Goal: more than 3 times the best peer; reached ${times.toFixed(1)}.`]
        : []),
    ],
    columns: [
      'server',
      'CPU us per request',
      'requests per second of CPU',
      'share of the limit',
      'requests/s seen',
      'p50 ms',
      'p99 ms',
      'mints per request',
      'failed',
    ],
    rows: rows.map(({ name, cpu, perSecond, p50, p99, mints, failed }) => [
      name,
      Math.round(cpu),
      Math.round(1e6 / cpu),
      (cpuOf(limit) / cpu).toFixed(2),
      Math.round(perSecond),
      rounded(p50),
      rounded(p99),
      rounded(mints),
      failed,
    ]),
  };
}

function medians(all: readonly Measured[]): Measured {
  const of = (name: keyof Measured) => median(all.map((one) => one[name]));
  return {
    ...{ cpu: of('cpu'), perSecond: of('perSecond'), answered: of('answered') },
    ...{ mints: of('mints'), p50: of('p50'), p99: of('p99') },
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Returns the number of session tokens that a scenario needs. */
function tokensFor(scale: Scale, choose: Choose) {
  const { sessions, warmSlices, slices, sliceRequests, comeIn, seconds } = scale;
  if (choose === 'one') return { sessions: 1, each: 1 };
  if (choose === 'any session') return { sessions, each: Math.ceil((comeIn + seconds + 10) / 50) + 1 };
  return {
    sessions: firstSightSessions,
    each: Math.ceil(((slices + warmSlices) * sliceRequests) / firstSightSessions),
  };
}

/** The number of sessions of (c). */
const firstSightSessions = 500;

type Measurements = ReadonlyMap<System, Measured[]>;

/** Measures all servers in short turns, so that a slow phase of the machine affects all of them. */
async function inTurn(
  run: Run,
  systems: readonly System[],
  choose: Exclude<Choose, 'any session'>,
  file: string,
): Promise<Measurements> {
  const { scale } = run;
  const servers = await Promise.all(
    systems.map(async (system) => ({ system, server: await run.start(system), measured: [] as Measured[] })),
  );
  try {
    const loops = await Promise.all(
      servers.map(async ({ server }) => {
        const common = { url: await server.ask.url(), file, connections: scale.connections };
        const { sliceRequests: amount } = scale;
        return (slice: number): ClosedLoop =>
          choose === 'one'
            ? { ...common, choose, body: question, seconds: 1 }
            : { ...common, choose, body: longQuestion, from: slice * amount, amount };
      }),
    );
    // The first requests of (c) also mint the template token of each session.
    for (let slice = 0; slice < scale.warmSlices + scale.slices; slice += 1) {
      run.progress(`slice ${slice + 1} of ${scale.warmSlices + scale.slices}`);
      for (const [at, { server, measured }] of servers.entries()) {
        const loop = loops[at]?.(slice);
        const one = loop && (await measure(run, server, loop));
        if (one && slice >= scale.warmSlices) measured.push(one);
      }
    }
    return new Map(servers.map(({ system, measured }) => [system, measured]));
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()));
  }
}

/** Measures one server after the other, each long enough for held tokens to be renewed. */
async function oneByOne(run: Run, systems: readonly System[], file: string): Promise<Measurements> {
  const { load, scale } = run;
  const measured = new Map<System, Measured[]>(systems.map((system) => [system, []]));
  for (let round = 0; round < scale.rounds; round += 1) {
    for (const system of systems) {
      run.progress(`round ${round + 1}: ${system.name}`);
      const server = await run.start(system);
      try {
        const began = Date.now();
        const common = { url: await server.ask.url(), body: question, file, began };
        const closed = { ...common, connections: scale.connections };
        await load.closedLoop({ ...closed, choose: 'one', seconds: scale.warmUp });
        // In steady state, tokens have every age. Servers without a cache need no warm-up for it.
        if (system === mintgate)
          await load.openLoop({
            ...{ ...common, choose: 'in turn' },
            ...{ rate: scale.sessions / scale.comeIn, seconds: scale.comeIn },
          });
        const loop: ClosedLoop = { ...closed, choose: 'any session', seconds: scale.seconds };
        measured.get(system)?.push(await measure(run, server, loop));
      } finally {
        await server.stop();
      }
    }
  }
  return measured;
}

async function measure(
  { clerk, load }: Run,
  server: Started<MeasuredServer>,
  loop: ClosedLoop,
): Promise<Measured> {
  const [cpuBefore, mintsBefore] = [await server.ask.cpu(), await clerk.mints()];
  const { answered, seconds, failed, p50, p99 } = await load.closedLoop(loop);
  const [cpu, mints] = [(await server.ask.cpu()) - cpuBefore, (await clerk.mints()) - mintsBefore];
  return {
    ...{ failed, answered, p50, p99 },
    cpu: cpu / answered,
    perSecond: answered / seconds,
    mints: mints / answered,
  };
}
