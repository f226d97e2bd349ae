import { setTimeout as pause } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { ServerSentEvent } from '../../test/support/event-stream.ts';
import type { Remote } from '../../test/support/remote.ts';
import type { Answered, Ask } from './ask.ts';
import type { createAsks } from './asks.ts';
import { endChecks } from './check-ends.ts';
import type { Door, Doors } from './doors.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { Random } from './random.ts';
import { openStream, type Stream } from './stream.ts';
import type { Timeline } from './timeline.ts';
import { rested } from './trouble.ts';
import type { Violations } from './violations.ts';
import type { World } from './world.ts';

/** How subscribers behave. */
const manners = { closes: 4, resets: 3, 'reads slowly': 2, 'never reads': 1 };

/** What may lie between the last look of the gateway and the event at its client, in milliseconds. */
const transit = 1_000;

export interface SubscriptionsOptions {
  asks: ReturnType<typeof createAsks>;
  check: (answered: Answered) => string;
  doors: Doors;
  world: World;
  timeline: Timeline;
  violations: Violations;
  random: Random;
  count: (kind: string, outcome: string) => void;
  /** Whether there is a Redis that tells every gateway. */
  shared: boolean;
}

export interface Subscriptions {
  /** Opens one, reads it for a while, and goes away. */
  next(stop: AbortSignal): Promise<void>;
  /** In the end, when all news of Redis are in: has each ended when it had to? */
  judge(): void;
  /** Subscriptions in which nothing happened have shown nothing. */
  demandVariety(): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { asks, doors, world, random, violations, count } = options;
  const ends = endChecks(options);
  const seen = { successors: 0, endedByGateway: 0 };

  async function subscribe(door: Door, ask: Ask, manner: keyof typeof manners, stop: AbortSignal) {
    const sentAt = Date.now();
    const reading = readTokens(options, door, ask, sentAt);
    door.busy += 1;
    const stream = await openStream(door, ask, reading).finally(() => {
      door.busy -= 1;
    });
    const openedAt = Date.now();
    if (!stream.isEventStream) {
      const body = await stream.body;
      return options.check({
        ...{ gateway: door.id, ask, body, sentAt },
        status: stream.status,
        answeredAt: Date.now(),
      });
    }
    let left = false;
    const stay = new AbortController();
    void stream.ended.then(() => stay.abort());
    await linger(stream, manner, AbortSignal.any([stop, stay.signal]));
    if (!stay.signal.aborted) {
      left = true;
      stream.leave(manner === 'closes' || manner === 'reads slowly' ? 'FIN' : 'RST');
    }
    const endedAt = await stream.ended;
    seen.successors += Math.max(0, reading.tokens() - 1);
    if (!left && reading.codes().includes('UNAUTHENTICATED')) seen.endedByGateway += 1;
    if (manner !== 'never reads')
      ends.note({
        door,
        ask,
        openedAt,
        endedAt,
        left,
        completed: reading.completed(),
        codes: reading.codes(),
      });
    if (reading.codes().includes('UNAUTHENTICATED') && ask.bearer) world.refused(ask.bearer.session);
    return [
      reading.tokens() > 1 ? 'tokens' : reading.tokens() === 1 ? 'token' : 'no token',
      ...reading.codes(),
    ].join(' + ');
  }

  async function linger(stream: Stream, manner: keyof typeof manners, stop: AbortSignal): Promise<void> {
    const least = random.chance(0.2) ? 0 : 1_000;
    const stay = random.between(least, random.pick([1_000, 6_000, 25_000]));
    if (manner === 'never reads') stream.pause();
    if (manner === 'reads slowly') {
      for (let times = 0; times < 3 && !stop.aborted; times += 1) {
        stream.pause();
        await rested(random.between(100, 4_000), stop);
        stream.resume();
        await rested(random.between(100, 2_000), stop);
      }
    }
    await rested(stay, stop);
  }

  return {
    async next(stop) {
      const ask = await asks.subscribing(
        random.pick(['hasura', 'hot', 'hot', 'short', 'uncached', 'reports']),
      );
      const manner = random.weighted(manners);
      const kind = `subscription: ${manner}`;
      try {
        count(kind, await subscribe(doors.any(), { ...ask, kind }, manner, stop));
      } catch (error) {
        violations.add('no answer', `${kind}: ${(error as Error).message}`);
      }
    },
    judge: ends.judge,
    demandVariety() {
      for (const [what, times] of Object.entries(seen))
        if (times === 0) violations.add('the soak was poor', `subscriptions without ${what}`);
    },
  };
}

/** Judges every event like an answer that took no longer than it may have been on its way. */
function readTokens({ check, violations }: SubscriptionsOptions, door: Door, ask: Ask, sentAt: number) {
  let last: { jwt: string; iat: number } | undefined;
  let tokens = 0;
  let completed = false;
  const codes: string[] = [];

  function expectNewer(jwt: string): void {
    const { iat = 0 } = decodeJwt(jwt);
    tokens += 1;
    if (last?.jwt === jwt) violations.add('a token came twice in a stream', ask.kind);
    if (last && iat < last.iat)
      violations.add('a token older than its predecessor', `${ask.kind}: ${iat} after ${last.iat}`);
    last = { jwt, iat };
  }

  return {
    onEvent({ event, data }: ServerSentEvent, at: number) {
      if (event === 'comment') return;
      if (completed) violations.add('an event after the last of a stream', `${ask.kind}: ${event}`);
      if (event === 'complete') completed = true;
      if (event !== 'next') return;
      const body = JSON.stringify(data);
      // The first may have waited for Clerk.
      const began = last === undefined ? sentAt : Math.max(sentAt, at - transit);
      check({ ...{ gateway: door.id, ask, status: 200, body }, sentAt: began, answeredAt: at });
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

/** How many streams the gateways count as open, when all subscribers have gone: to be told so takes a moment. */
export async function subscriptionsLeft(gateways: Pick<Remote<GatewayProcess>, 'stats'>): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const open = (await gateways.stats()).reduce((sum, { subscriptions }) => sum + subscriptions, 0);
    if (open === 0 || tries === 40) return open;
    await pause(50);
  }
}
