import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Client } from './client.ts';
import { throughDoor } from './door-requests.ts';
import type { GatewayPool } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import { instant } from './period.ts';
import type { Answered } from './planned-request.ts';
import type { Random } from './random.ts';
import { type Reloads, reloadGateways } from './reloads.ts';
import { type RequestMix, recoveryRequest, subscriptionRequest } from './request-mix.ts';
import { rotationCounts } from './rotations.ts';
import { openStream } from './stream.ts';
import type { Violations } from './violations.ts';
import type { Session } from './world.ts';

interface CalmOptions {
  readonly mix: RequestMix;
  readonly check: (answered: Answered) => string;
  readonly client: Client;
  readonly pool: GatewayPool;
  readonly reloads: Reloads;
  readonly violations: Violations;
  readonly random: Random;
  /** Sessions that nothing revokes or changes. */
  readonly sessions: readonly Session[];
  readonly clerk: Remote<ClerkProcess>;
}

/** The results of the time without faults. */
export interface Calm {
  readonly requests: number;
  readonly streams: number;
  /** Reloads that took effect. */
  readonly reloads: number;
  readonly seconds: number;
}

/** Faster than among faults: every secret is to be rotated. */
const pace = { pauseMs: 150, stepProbability: 0.9 };
/** The longest time, in milliseconds: the gateways ask Clerk about a new secret key every 10 s. */
const longestMs = 30_000;
/** How long the load continues after the last rotation, in milliseconds. */
const afterRotationsMs = 1_500;
/** The time between two requests, in milliseconds. */
const everyMs = 20;
const streamsPerGateway = 2;

/**
 * Reloads the gateways without any fault, until every secret has been rotated. Each request must get a token, and each subscription must stay
 * open: among faults, most errors have an explanation.
 */
export async function reloadInCalm(options: CalmOptions): Promise<Calm> {
  const { reloads, violations } = options;
  const before = new Map(rotationCounts(reloads.rotations));
  const appliedBefore = reloads.applied;
  const isDone = () =>
    rotationCounts(reloads.rotations).every(([name, count]) => count > (before.get(name) ?? 0));
  const stopping = new AbortController();
  const began = performance.now();
  const untilDone = async () => {
    while (!isDone() && performance.now() - began < longestMs) await waitUnlessStopped(50, stopping.signal);
    // Every gateway must now do without the old secrets.
    await waitUnlessStopped(afterRotationsMs, stopping.signal);
    stopping.abort();
  };
  await leaveOrganizations(options);
  const streams = await openStreams(options);
  const [requests] = await Promise.all([
    sendRequests(options, stopping.signal),
    reloadGateways(reloads, pace, stopping.signal),
    untilDone(),
  ]);
  if (!isDone())
    violations.add(
      'a secret cannot be rotated without faults',
      JSON.stringify(rotationCounts(reloads.rotations)),
    );
  await streams.end();
  return {
    requests,
    streams: streams.count,
    reloads: reloads.applied - appliedBefore,
    seconds: (performance.now() - began) / 1_000,
  };
}

/** Changes of organizations, which they share with other users, may still reach the gateways. */
async function leaveOrganizations({ clerk, sessions }: CalmOptions): Promise<void> {
  for (const session of sessions) {
    await clerk.switchOrganization(session.id, null);
    session.organizationId = null;
    session.renewAt = 0;
  }
}

async function sendRequests(options: CalmOptions, stop: AbortSignal): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let requests = 0;
  while (await waitUnlessStopped(everyMs, stop)) {
    requests += 1;
    const sent: Promise<void> = sendRequest(options).finally(() => underWay.delete(sent));
    underWay.add(sent);
  }
  await Promise.all(underWay);
  return requests;
}

async function sendRequest({ mix, check, client, pool, random, sessions, violations }: CalmOptions) {
  const session = random.pick(sessions);
  const template = random.pick(['hasura', 'hasura', 'hot', 'short', 'uncached']);
  const planned = await recoveryRequest(mix, session, template);
  const answered = await client.send(
    random.pick(pool.all()),
    random.chance(0.5) ? throughDoor(random, planned) : planned,
  );
  const outcome = answered ? check(answered) : 'no answer';
  if (outcome !== 'token')
    violations.add(
      'an error in the time without faults',
      `${answered?.planned.kind}, ${template}: ${outcome}: ${answered?.body.slice(0, 300)}`,
    );
}

async function openStreams({ mix, check, pool, random, sessions, violations }: CalmOptions) {
  const targets = pool.all().flatMap((target) => Array.from({ length: streamsPerGateway }, () => target));
  const streams = await Promise.all(
    targets.map(async (target) => {
      const template = random.pick(['hasura', 'hot', 'short']);
      const planned = await subscriptionRequest(mix, template, random.pick(sessions));
      const sentAt = Date.now();
      const state = { isLeft: false };
      const stream = await openStream(target, planned, {
        onEvent({ event, data }, at) {
          const body = JSON.stringify(data);
          const outcome =
            event === 'next'
              ? check({
                  ...{ gateway: target.id, planned, status: 200, body },
                  sentAt: Math.max(sentAt, at.from - 1_000),
                  answeredAt: at,
                })
              : event;
          if (!['token', 'comment'].includes(outcome))
            violations.add(
              'an error in a stream in the time without faults',
              `${template}: ${outcome}: ${body}`,
            );
        },
      });
      void stream.ended.then(() => {
        if (!state.isLeft)
          violations.add(
            'a stream ended in the time without faults',
            `${template}, gateway ${target.id}`,
            instant(),
          );
      });
      return { stream, state };
    }),
  );
  return {
    count: streams.length,
    async end() {
      for (const { stream, state } of streams) {
        state.isLeft = true;
        stream.leave('FIN');
      }
      await Promise.all(streams.map(({ stream }) => stream.ended));
    },
  };
}
