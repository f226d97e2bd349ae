import type { ClosedLoop } from '../load/closed-loop.ts';
import type { TokenRequest } from '../load/requests.ts';
import type { Started } from '../processes.ts';
import type { Run } from '../run.ts';
import type { MeasuredServer } from '../servers/answer.ts';
import type { System } from '../systems.ts';

/** The compared requests. */
export const requestNames = ['client', 'plain'] as const;
export type RequestName = (typeof requestNames)[number];
export type Requests = Readonly<Record<RequestName, TokenRequest>>;

/** The figures of one turn. */
export interface Turn {
  /** CPU time per request, in microseconds. */
  cpu: number;
  perSecond: number;
  failed: number;
  /** Mints per request. */
  mints: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

/** A running server whose requests are measured in turns. */
export interface Subject {
  readonly system: System;
  readonly server: Started<MeasuredServer>;
  readonly url: string;
  /** The number of headers of its answers. */
  readonly headers: Readonly<Record<RequestName, number>>;
  /** The measured turns, in order. */
  readonly turns: Record<RequestName, Turn[]>;
  /** Requests per second in its last turn. */
  perSecond: number | undefined;
  /** Tokens taken, for `each once`. */
  taken: number;
  /** How long it has been under load, in milliseconds. */
  loaded: number;
}

/** The options that the turns of a scenario share. */
export interface TurnPlan {
  file: string;
  choose: ClosedLoop['choose'];
  requests: Requests;
}

/** The number of requests of the first turn. */
const firstAmount = 100;

/** Starts a server, and sends each request once. @throws Error when an answer has no token */
export async function startSubject(run: Run, system: System, requests: Requests): Promise<Subject> {
  const server = await run.start(system);
  return createSubject(run, { system, server, url: await server.ask.url() }, requests);
}

/** Sends each request once to a running server. @throws Error when an answer has no token */
export async function createSubject(
  run: Run,
  { system, server, url }: Pick<Subject, 'system' | 'server' | 'url'>,
  requests: Requests,
): Promise<Subject> {
  const headers = {
    client: await countHeaders(run, url, requests.client),
    plain: await countHeaders(run, url, requests.plain),
  };
  return {
    ...{ system, server, url, headers, turns: { client: [], plain: [] } },
    ...{ perSecond: undefined, taken: 0, loaded: 0 },
  };
}

async function countHeaders({ clerk }: Run, url: string, { headers, body }: TokenRequest): Promise<number> {
  const authorization = `Bearer ${await clerk.sessionToken()}`;
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, authorization }, body });
  const text = await answer.text();
  if (!text.includes('"jwt":"ey')) throw new Error(`${url}: expected a token: ${text}`);
  return [...answer.headers].length;
}

/** Lets a server mint the tokens of a number of sessions, which it then holds. */
export async function mintAll(
  { load, scale }: Run,
  subject: Subject,
  { file, requests }: TurnPlan,
  sessions: number,
): Promise<void> {
  const { connections } = scale;
  // More requests than sessions, because the load builds some that it does not send.
  const amount = sessions + spare(connections);
  const request = requests.client;
  await load.closedLoop({
    ...{ url: subject.url, request, file, choose: 'each once', from: 0, elapsed: 0, seed: 0 },
    ...{ connections, amount },
  });
}

/** The largest number of tokens that a turn takes and does not send. */
export function spare(connections: number): number {
  return 3 * connections;
}

/** Measures requests of one kind for about as long as a turn takes. A number of requests, because the end of a time would cut some off. */
export async function takeTurn(
  { clerk, load, scale }: Run,
  subject: Subject,
  { file, choose, requests }: TurnPlan,
  name: RequestName,
  seed: number,
): Promise<Turn> {
  const { server, url, taken: from, loaded: elapsed, perSecond: speed } = subject;
  const { connections, turnSeconds, firstSights } = scale;
  const wanted = speed === undefined ? firstAmount : Math.round(speed * turnSeconds);
  const most = choose === 'each once' ? firstSights : Number.POSITIVE_INFINITY;
  const amount = Math.min(most, Math.max(2 * connections, wanted));
  const loop = { url, request: requests[name], file, choose, from, elapsed, seed, connections, amount };

  const [cpuBefore, mintsBefore] = [await server.ask.cpu(), await clerk.mints()];
  const { answered, taken, seconds, failed, p50, p99 } = await load.closedLoop(loop);
  const [cpu, mints] = [(await server.ask.cpu()) - cpuBefore, (await clerk.mints()) - mintsBefore];
  const perSecond = answered / seconds;
  Object.assign(subject, { perSecond, taken: from + taken, loaded: elapsed + seconds * 1000 });
  return { failed, perSecond, p50, p99, cpu: cpu / answered, mints: mints / answered };
}
