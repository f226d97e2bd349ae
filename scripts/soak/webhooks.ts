import { randomUUID } from 'node:crypto';
import { Webhook } from 'svix';
import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Client } from './client.ts';
import { webhookSecret } from './configuration.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import type { PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import type { Session, World } from './world.ts';

const weights = {
  'session has ended': 6,
  'user is banned': 1,
  'user is deleted': 1,
  'user has changed': 5,
  'membership has changed': 3,
  'organization has changed': 1,
  'irrelevant event': 3,
  'signed with another secret': 3,
  'too old': 1,
  'too large': 1,
  'signed, but not an event': 1,
};

/** A webhook that was not accepted is delivered again after this time, in milliseconds. */
const redeliverAfter = 1_000;
/** During these faults, Redis accepts no writes. */
const blockingFaults = ['paused', 'full'];
/** The longest time for the begin and the end of such a fault, in milliseconds. */
const edge = 200;
/** A gateway may report a lost connection to Redis this late, in milliseconds. */
const around = 1_000;

interface WebhooksOptions {
  clerk: Remote<ClerkProcess>;
  client: Client;
  pool: GatewayPool;
  world: World;
  timeline: Timeline;
  violations: Violations;
  random: Random;
  count: (kind: string, outcome: string) => void;
}

/** Creates random webhooks: those of Clerk, and forged ones. */
export function createWebhooks(options: WebhooksOptions) {
  const { clerk, client, pool, world, timeline, violations, random, count } = options;
  const unavailable: { what: string; target: Target; from: number; to: number }[] = [];
  const taken: { what: string; from: number; to: number }[] = [];
  const ours = new Webhook(webhookSecret);
  const theirs = new Webhook(`whsec_${Buffer.from('another secret altogether').toString('base64')}`);

  async function post(
    target: Target,
    kind: string,
    body: string,
    by = ours,
    id = `msg_${randomUUID()}`,
    age = 0,
  ) {
    const at = new Date(Date.now() - age);
    const planned: PlannedRequest = {
      ...{
        kind,
        method: 'POST',
        path: '/webhooks/clerk',
        body,
        tokenFields: {},
        expected: 'refused',
        mayBreak: true,
      },
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
        'svix-signature': by.sign(id, at, body),
      },
    };
    const answered = await client.send(target, planned);
    count(`webhook: ${kind}`, answered ? `HTTP ${answered.status}` : 'the server disconnected');
    return answered;
  }

  /** Delivers until it is accepted, as Svix does; at times once more. */
  async function deliver(kind: string, type: string, data: object) {
    const target = pool.permanent();
    const timestamp = Date.now();
    const body = JSON.stringify({ object: 'event', type, data, timestamp });
    const id = `msg_${randomUUID()}`;
    for (let tries = 0; tries < 20; tries += 1) {
      const answered = await post(target, kind, body, ours, id);
      if (answered?.status === 200) {
        if (random.chance(0.2)) void post(pool.permanent(), 'delivered twice', body, ours, id);
        const { gateway, sentAt, answeredAt } = answered;
        taken.push({ what: kind, from: sentAt, to: answeredAt });
        return { gateway, sentAt, answeredAt, until: timestamp / 1000 };
      }
      if (answered?.status === 503)
        unavailable.push({ what: kind, target, from: answered.sentAt, to: answered.answeredAt });
      else violations.add('a webhook was not accepted', `${kind}: ${answered?.status} ${answered?.body}`);
      await waitUnlessStopped(redeliverAfter, new AbortController().signal);
    }
    violations.add('a webhook was never accepted', kind);
    return undefined;
  }

  async function refused(kind: string, status: number, send: () => ReturnType<typeof post>): Promise<void> {
    const answered = await send();
    if (answered && answered.status !== status)
      violations.add('a wrong answer to a webhook', `${kind}: ${answered.status} ${answered.body}`);
  }

  async function endSession(): Promise<void> {
    const session = random.pick(world.live);
    const status = random.pick(['ended', 'removed', 'revoked'] as const);
    await world.retire(session);
    // In most cases, Clerk does not know and would mint: only the webhook stops the gateway.
    if (random.chance(0.3)) await clerk.endSession(session.id, status);
    const taken = await deliver('session has ended', `session.${status}`, { id: session.id });
    if (taken) world.confirm('session', session.id, taken);
  }

  async function refuseUser(kind: string, type: string, more: object): Promise<void> {
    const { userId } = random.pick(world.live);
    const theirSessions = world.live.filter((session: Session) => session.userId === userId);
    for (const session of theirSessions) await world.retire(session);
    const known = random.chance(0.3);
    if (known) await clerk.ban(userId);
    const taken = await deliver(kind, type, { id: userId, ...more });
    if (taken) world.confirm('user', userId, taken);
    if (known) setTimeout(() => void clerk.unban(userId).catch(() => {}), 2_000).unref();
  }

  /** Sends an event that makes held tokens outdated, but ends no session. */
  async function change(
    kind: string,
    type: string,
    what: 'changed user' | 'changed organization',
    id: string | null,
    data: object,
  ): Promise<void> {
    const taken = await deliver(kind, type, data);
    if (taken && id !== null) world.confirm(what, id, taken);
  }

  function changeUser(kind: string, type: string, data: (id: string) => object): Promise<void> {
    const { userId } = anySession();
    return change(kind, type, 'changed user', userId, data(userId));
  }

  const anySession = () => random.pick(world.live);
  const event = () => JSON.stringify({ type: 'session.revoked', data: { id: anySession().id } });
  const makers: Record<keyof typeof weights, () => Promise<unknown>> = {
    'session has ended': endSession,
    'user is banned': () => refuseUser('user is banned', 'user.updated', { banned: true }),
    'user is deleted': () => refuseUser('user is deleted', 'user.deleted', { deleted: true }),
    'user has changed': () => changeUser('user has changed', 'user.updated', (id) => ({ id })),
    'membership has changed': () =>
      changeUser('membership has changed', 'organizationMembership.updated', (user_id) => ({
        public_user_data: { user_id },
      })),
    'organization has changed': () => {
      const id = anySession().organizationId;
      return change('organization has changed', 'organization.updated', 'changed organization', id, { id });
    },
    'irrelevant event': () => deliver('irrelevant event', 'email.created', { id: 'ema_1' }),
    'signed with another secret': () =>
      refused('signed with another secret', 400, () =>
        post(pool.any(), 'signed with another secret', event(), theirs),
      ),
    'too old': () =>
      refused('too old', 400, () => post(pool.any(), 'too old', event(), ours, undefined, 360_000)),
    'too large': () =>
      refused('too large', 413, () => post(pool.any(), 'too large', `"${'x'.repeat(400_000)}"`)),
    'signed, but not an event': () =>
      refused('signed, but not an event', 400, () =>
        post(pool.any(), 'signed, but not an event', '{"type":'),
      ),
  };

  return {
    next: () => makers[random.weighted(weights)](),
    /** Checks that webhooks were refused only while Redis was away. Called at the end, when all messages about Redis have arrived. */
    judge(): void {
      for (const { what, from, to } of taken) {
        const began = timeline.faults('redis', from - edge, from - edge);
        const goesOn = timeline.faults('redis', to + edge, to + edge);
        const impossible = blockingFaults.some((fault) => began.includes(fault) && goesOn.includes(fault));
        if (impossible && needsRedis(what))
          violations.add('a webhook was accepted while Redis accepted no writes', what, from);
      }
      for (const { what, target, from, to } of unavailable) {
        const explained =
          timeline.wasAway(target.id, from - around, to + around) ||
          timeline.faults('redis', from - around, to).length > 0;
        if (!explained) violations.add('a webhook was not accepted although Redis worked', what, from);
      }
    },
  };
}

// Without an organization, the event revokes nothing.
function needsRedis(kind: string): boolean {
  return kind !== 'irrelevant event' && kind !== 'organization has changed';
}
