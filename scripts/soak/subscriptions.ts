import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { ServerSentEvent } from '../../test/support/event-stream.ts';
import type { Remote } from '../../test/support/remote.ts';
import { endChecks } from './check-ends.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import { instant, type Period } from './period.ts';
import type { Answered, PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import { type RequestMix, subscriptionRequest } from './request-mix.ts';
import { openStream, type Stream } from './stream.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import { replaceRefusedToken, type World } from './world.ts';

/** The behaviours of subscribers, with their weights. */
const manners = { closes: 4, resets: 3, 'reads slowly': 2, 'never reads': 1 };

/** The longest time between the gateway's last check and the arrival of its event, in milliseconds. */
const transit = 1_000;

interface SubscriptionsOptions {
  mix: RequestMix;
  check: (answered: Answered) => string;
  pool: GatewayPool;
  world: World;
  timeline: Timeline;
  violations: Violations;
  random: Random;
  count: (kind: string, outcome: string) => void;
  /** Whether the gateways share a Redis. */
  shared: boolean;
}

/** The state of the subscriptions of a run. */
export interface Subscriptions extends SubscriptionsOptions {
  ends: ReturnType<typeof endChecks>;
  seen: { successors: number; endedByGateway: number };
}

type Manner = keyof typeof manners;

/** Creates the state of a run without subscriptions. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  return { ...options, ends: endChecks(options), seen: { successors: 0, endedByGateway: 0 } };
}

/** Opens a subscription, reads it for a while, and disconnects. */
export async function runSubscription(subscriptions: Subscriptions, stop: AbortSignal): Promise<void> {
  const { mix, pool, random, violations, count } = subscriptions;
  const template = random.pick(['hasura', 'hot', 'hot', 'short', 'uncached', 'reports']);
  const planned = await subscriptionRequest(mix, template);
  const manner = random.weighted(manners);
  const kind = `subscription: ${manner}`;
  try {
    count(kind, await subscribe(subscriptions, pool.any(), { ...planned, kind }, manner, stop));
  } catch (error) {
    violations.add('no answer', `${kind}: ${(error as Error).message}`);
  }
}

/** Adds a violation if no subscription got a successor, or if no gateway ended one. */
export function requireVariedSubscriptions({ seen, violations }: Subscriptions): void {
  for (const [what, times] of Object.entries(seen))
    if (times === 0) violations.add('the run lacks variety', `subscriptions without ${what}`);
}

/** Runs one subscription. @returns its outcome for the report */
async function subscribe(
  subscriptions: Subscriptions,
  target: Target,
  planned: PlannedRequest,
  manner: Manner,
  stop: AbortSignal,
): Promise<string> {
  const { check, ends, random, seen } = subscriptions;
  const sentAt = Date.now();
  const reading = readTokens(subscriptions, target, planned, sentAt);
  target.busy += 1;
  const stream = await openStream(target, planned, reading).finally(() => {
    target.busy -= 1;
  });
  const openedAt = Date.now();
  if (!stream.isEventStream) {
    const body = await stream.body;
    const { status } = stream;
    return check({ gateway: target.id, planned, status, body, sentAt, answeredAt: instant() });
  }
  const left = await readUntilDone(stream, manner, random, stop);
  const endedAt = await stream.ended;
  const codes = reading.codes();
  const isRefused = codes.includes('UNAUTHENTICATED');
  seen.successors += Math.max(0, reading.tokens() - 1);
  if (!left && isRefused) seen.endedByGateway += 1;
  if (manner !== 'never reads')
    ends.note({ target, planned, openedAt, endedAt, left, completed: reading.completed(), codes });
  if (isRefused && planned.bearer) replaceRefusedToken(planned.bearer.session);
  return [['no token', 'token'][reading.tokens()] ?? 'tokens', ...codes].join(' + ');
}

/** Reads a stream in a manner for a random time. @returns whether the subscriber disconnected before the gateway ended it */
async function readUntilDone(
  stream: Stream,
  manner: Manner,
  random: Random,
  stop: AbortSignal,
): Promise<boolean> {
  const ended = new AbortController();
  void stream.ended.then(() => ended.abort());
  await linger(stream, manner, random, AbortSignal.any([stop, ended.signal]));
  if (ended.signal.aborted) return false;
  stream.leave(manner === 'closes' || manner === 'reads slowly' ? 'FIN' : 'RST');
  return true;
}

async function linger(stream: Stream, manner: Manner, random: Random, stop: AbortSignal): Promise<void> {
  const least = random.chance(0.2) ? 0 : 1_000;
  const stay = random.between(least, random.pick([1_000, 6_000, 25_000]));
  if (manner === 'never reads') stream.pause();
  if (manner === 'reads slowly') {
    for (let times = 0; times < 3 && !stop.aborted; times += 1) {
      stream.pause();
      await waitUnlessStopped(random.between(100, 4_000), stop);
      stream.resume();
      await waitUnlessStopped(random.between(100, 2_000), stop);
    }
  }
  await waitUnlessStopped(stay, stop);
}

/** Checks each event like the answer to a request that was sent shortly before. */
function readTokens(
  { check, violations }: SubscriptionsOptions,
  target: Target,
  planned: PlannedRequest,
  sentAt: number,
) {
  let last: { jwt: string; iat: number } | undefined;
  let tokens = 0;
  let completed = false;
  const codes: string[] = [];

  function expectNewer(jwt: string): void {
    const { iat = 0 } = decodeJwt(jwt);
    tokens += 1;
    if (last?.jwt === jwt) violations.add('a token came twice in a stream', planned.kind);
    if (last && iat < last.iat)
      violations.add('a token older than its predecessor', `${planned.kind}: ${iat} after ${last.iat}`);
    last = { jwt, iat };
  }

  return {
    onEvent({ event, data }: ServerSentEvent, at: Period) {
      if (event === 'comment') return;
      if (completed) violations.add('an event after the event complete', `${planned.kind}: ${event}`);
      if (event === 'complete') completed = true;
      if (event !== 'next') return;
      const body = JSON.stringify(data);
      // The first event may have waited for Clerk.
      const began = last === undefined ? sentAt : Math.max(sentAt, at.from - transit);
      check({ ...{ gateway: target.id, planned, status: 200, body }, sentAt: began, answeredAt: at });
      const answer = data as {
        data?: { t0?: { jwt: string } | null } | null;
        errors?: { extensions?: { code?: string } }[];
      };
      for (const { extensions } of answer.errors ?? []) codes.push(extensions?.code ?? 'none');
      if (answer.data?.t0) expectNewer(answer.data.t0.jwt);
    },
    tokens: () => tokens,
    completed: () => completed,
    codes: () => codes,
  };
}

/** Returns the number of streams that the gateways count as open. It waits up to 2 s for 0. */
export async function subscriptionsLeft(gateways: Pick<Remote<GatewayProcess>, 'stats'>): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const open = (await gateways.stats()).reduce((sum, { subscriptions }) => sum + subscriptions, 0);
    if (open === 0 || tries === 40) return open;
    await pause(50);
  }
}
