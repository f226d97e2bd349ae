// (a) hot, (b) spread, (c) first sight: the CPU time of one request, compared with the alternatives and with the lower bound.
import { atLeast, goals } from '../goals.ts';
import type { ClosedLoop } from '../load/closed-loop.ts';
import { clientRequest, plainRequest } from '../load/requests.ts';
import type { Run } from '../run.ts';
import type { Scale } from '../scale.ts';
import { baseLines, limit, mintgate, mintgates, type System, yogaFixed } from '../systems.ts';
import { type Grid, median, rounded, type Table } from '../table.ts';
import {
  mintAll,
  type RequestName,
  requestNames,
  type Subject,
  spare,
  startSubject,
  type Turn,
  type TurnPlan,
  takeTurn,
} from './turn.ts';

type Choose = ClosedLoop['choose'];

const kinds = {
  a: { title: 'hot: one session, again and again', choose: 'one', template: 'bench' },
  b: {
    title: 'spread: sessions at random, each session token replaced every 50 s',
    choose: 'any session',
    template: 'long',
  },
  c: {
    title:
      'first sight: every request has a new session token, and its template token of ten minutes is held',
    choose: 'each once',
    template: 'long',
  },
} as const satisfies Record<string, { title: string; choose: Choose; template: string }>;

const captions: Readonly<Record<RequestName, string>> = {
  client: 'The request of `mintgate/client` in a browser:',
  plain: 'A plain request, without variables and without the headers of a browser:',
};

export async function cost(run: Run, id: keyof typeof kinds): Promise<Table> {
  const { title, choose, template } = kinds[id];
  const requests = { client: await clientRequest(template), plain: plainRequest(template) };
  run.progress(`(${id}) session tokens`);
  const wanted = tokensFor(run.scale, choose);
  const plan: TurnPlan = { file: await run.sign(wanted), choose, requests };
  const systems = [...baseLines, yogaFixed, ...mintgates, ...run.peers];
  const subjects = await Promise.all(systems.map((system) => startSubject(run, system, requests)));
  try {
    if (choose !== 'one') {
      const holders = subjects.filter(({ system }) => system.holdsTokens);
      for (const subject of holders) await mintAll(run, subject, plan, wanted.sessions);
      for (const subject of subjects) subject.taken = wanted.sessions + 2 * spare(run.scale.connections);
    }
    await takeTurns(run, id, subjects, plan);
  } finally {
    await Promise.all(subjects.map(({ server }) => server.stop()));
  }
  return {
    ...{ id, title, notes: notesOf(run, subjects, goals[id]) },
    grids: requestNames.map((name) => gridOf(run, subjects, name)),
  };
}

/** Returns the number of session tokens that a scenario needs. */
function tokensFor(scale: Scale, choose: Choose): { sessions: number; each: number } {
  const { sessions, firstSightSessions, firstSights, connections, turnSeconds } = scale;
  const turns = requestNames.length * (scale.warmTurns + scale.turns);
  if (choose === 'one') return { sessions: 1, each: 1 };
  // Twice the time, because a turn may take longer than planned.
  if (choose === 'any session') return { sessions, each: Math.ceil((2 * turns * turnSeconds) / 50) + 2 };
  const held = firstSightSessions + 2 * spare(connections);
  const all = held + turns * (firstSights + spare(connections));
  return { sessions: firstSightSessions, each: Math.ceil(all / firstSightSessions) };
}

/** Measures all servers in short turns, so that a slow phase of the machine affects all of them. */
async function takeTurns(run: Run, id: string, subjects: readonly Subject[], plan: TurnPlan): Promise<void> {
  const { warmTurns, turns } = run.scale;
  for (let round = 0; round < warmTurns + turns; round += 1) {
    run.progress(`(${id}) round ${round + 1} of ${warmTurns + turns}`);
    // The request that comes first differs from round to round.
    const names = round % 2 === 0 ? requestNames : requestNames.toReversed();
    for (const subject of subjects) {
      for (const [at, name] of names.entries()) {
        const turn = await takeTurn(run, subject, plan, name, 2 * round + at);
        if (round >= warmTurns) subject.turns[name].push(turn);
      }
    }
  }
}

function notesOf(run: Run, subjects: readonly Subject[], goal: { share: number; times: number }): string[] {
  const ours = subjectOf(subjects, mintgate);
  const share = timesLess(ours, subjectOf(subjects, limit), 'client');
  const best = bestPeer(run, subjects, 'client');
  return [
    atLeast(`${goal.share} of the limit by the request of the client`, goal.share, share),
    ...(best
      ? [atLeast(`${goal.times} times the best peer`, goal.times, timesLess(ours, best, 'client'))]
      : []),
  ];
}

function gridOf(run: Run, subjects: readonly Subject[], name: RequestName): Grid {
  const base = subjectOf(subjects, limit);
  const best = bestPeer(run, subjects, name);
  return {
    caption: captions[name],
    columns: [
      'server',
      'CPU us per request',
      'requests per second of CPU',
      'share of the limit',
      ...(best ? ['times the best peer'] : []),
      'requests/s seen',
      'p50 ms',
      'p99 ms',
      'mints per request',
      'failed',
      'headers of the answer',
    ],
    rows: subjects.map((subject) => {
      const all = subject.turns[name];
      const of = (figure: keyof Turn) => median(all.map((turn) => turn[figure]));
      return [
        subject.system.name,
        Math.round(of('cpu')),
        Math.round(1e6 / of('cpu')),
        timesLess(subject, base, name).toFixed(2),
        ...(best ? [timesLess(subject, best, name).toFixed(1)] : []),
        Math.round(of('perSecond')),
        rounded(of('p50')),
        rounded(of('p99')),
        rounded(of('mints')),
        all.reduce((sum, { failed }) => sum + failed, 0),
        subject.headers[name],
      ];
    }),
  };
}

function subjectOf(subjects: readonly Subject[], system: System): Subject {
  const found = subjects.find((subject) => subject.system === system);
  if (found === undefined) throw new Error(`${system.name} was not measured`);
  return found;
}

function bestPeer(run: Run, subjects: readonly Subject[], name: RequestName): Subject | undefined {
  const cpuOf = (subject: Subject) => median(subject.turns[name].map(({ cpu }) => cpu));
  return subjects
    .filter(({ system }) => run.peers.includes(system))
    .toSorted((one, other) => cpuOf(one) - cpuOf(other))[0];
}

/** Returns how many times less CPU time one server takes than another: the median over the rounds, each of which compares its own turns. */
function timesLess(one: Subject, other: Subject, name: RequestName): number {
  return median(one.turns[name].map(({ cpu }, round) => (other.turns[name][round]?.cpu ?? Number.NaN) / cpu));
}
