import { randomUUID } from 'node:crypto';
import { Webhook } from 'svix';
import type { Remote } from '../../test/support/remote.ts';
import type { Ask } from './ask.ts';
import type { ClerkProcess } from './clerk-process.ts';
import type { Client } from './client.ts';
import type { Door, Doors } from './doors.ts';
import type { Random } from './random.ts';
import { webhookSecret } from './setting.ts';
import type { Timeline } from './timeline.ts';
import { rested } from './trouble.ts';
import type { Violations } from './violations.ts';
import type { Session, World } from './world.ts';

const weights = {
  'session is over': 6,
  'user is banned': 1,
  'user is deleted': 1,
  'user has changed': 5,
  'membership has changed': 3,
  'organization has changed': 1,
  'of no interest': 3,
  'signed by somebody else': 3,
  'too old': 1,
  'too large': 1,
  'signed, and no event': 1,
};

/** A webhook is delivered again after so many milliseconds, as long as it is not taken. */
const redeliverAfter = 1_000;
/** While these last, Redis takes nothing. */
const takesNothing = ['paused', 'full'];
/** How long such a fault takes to begin, and to end, in milliseconds. */
const edge = 200;
/** A link to Redis may be lost before anybody says so, in milliseconds. */
const around = 1_000;

export interface WebhooksOptions {
  clerk: Remote<ClerkProcess>;
  client: Client;
  doors: Doors;
  world: World;
  timeline: Timeline;
  violations: Violations;
  random: Random;
  count: (kind: string, outcome: string) => void;
}

/** What Clerk tells the gateways, and what others do who would like to be Clerk. */
export function createWebhooks(options: WebhooksOptions) {
  const { clerk, client, doors, world, timeline, violations, random, count } = options;
  const doubted: { what: string; door: Door; from: number; to: number }[] = [];
  const taken: { what: string; from: number; to: number }[] = [];
  const ours = new Webhook(webhookSecret);
  const theirs = new Webhook(`whsec_${Buffer.from('another secret altogether').toString('base64')}`);

  async function post(
    door: Door,
    kind: string,
    body: string,
    by = ours,
    id = `msg_${randomUUID()}`,
    age = 0,
  ) {
    const at = new Date(Date.now() - age);
    const ask: Ask = {
      ...{
        kind,
        method: 'POST',
        path: '/webhooks/clerk',
        body,
        wanted: {},
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
    const answered = await client.send(door, ask);
    count(`webhook: ${kind}`, answered ? `HTTP ${answered.status}` : 'the server hung up');
    return answered;
  }

  /** Delivers until it is taken, as Svix does; now and then once more. */
  async function deliver(kind: string, type: string, data: object) {
    const door = doors.lasting();
    const timestamp = Date.now();
    const body = JSON.stringify({ object: 'event', type, data, timestamp });
    const id = `msg_${randomUUID()}`;
    for (let tries = 0; tries < 20; tries += 1) {
      const answered = await post(door, kind, body, ours, id);
      if (answered?.status === 200) {
        if (random.chance(0.2)) void post(doors.lasting(), 'delivered twice', body, ours, id);
        const { gateway, sentAt, answeredAt } = answered;
        taken.push({ what: kind, from: sentAt, to: answeredAt });
        return { gateway, sentAt, answeredAt, until: timestamp / 1000 };
      }
      if (answered?.status === 503)
        doubted.push({ what: kind, door, from: answered.sentAt, to: answered.answeredAt });
      else violations.add('a webhook was not taken', `${kind}: ${answered?.status} ${answered?.body}`);
      await rested(redeliverAfter, new AbortController().signal);
    }
    violations.add('a webhook was never taken', kind);
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
    // Often the gateway's own knowledge is all there is: Clerk would mint on.
    if (random.chance(0.3)) await clerk.endSession(session.id, status);
    const taken = await deliver('session is over', `session.${status}`, { id: session.id });
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

  /** What was minted of it before is not handed out any more; nobody is refused. */
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
    const { userId } = bystander();
    return change(kind, type, 'changed user', userId, data(userId));
  }

  const bystander = () => random.pick(world.live);
  const event = () => JSON.stringify({ type: 'session.revoked', data: { id: bystander().id } });
  const makers: Record<keyof typeof weights, () => Promise<unknown>> = {
    'session is over': endSession,
    'user is banned': () => refuseUser('user is banned', 'user.updated', { banned: true }),
    'user is deleted': () => refuseUser('user is deleted', 'user.deleted', { deleted: true }),
    'user has changed': () => changeUser('user has changed', 'user.updated', (id) => ({ id })),
    'membership has changed': () =>
      changeUser('membership has changed', 'organizationMembership.updated', (user_id) => ({
        public_user_data: { user_id },
      })),
    'organization has changed': () => {
      const id = bystander().organizationId;
      return change('organization has changed', 'organization.updated', 'changed organization', id, { id });
    },
    'of no interest': () => deliver('of no interest', 'email.created', { id: 'ema_1' }),
    'signed by somebody else': () =>
      refused('signed by somebody else', 400, () =>
        post(doors.any(), 'signed by somebody else', event(), theirs),
      ),
    'too old': () =>
      refused('too old', 400, () => post(doors.any(), 'too old', event(), ours, undefined, 360_000)),
    'too large': () =>
      refused('too large', 413, () => post(doors.any(), 'too large', `"${'x'.repeat(400_000)}"`)),
    'signed, and no event': () =>
      refused('signed, and no event', 400, () => post(doors.any(), 'signed, and no event', '{"type":')),
  };

  return {
    next: () => makers[random.weighted(weights)](),
    /** In the end, when all news of Redis are in: was Redis away whenever a webhook was not taken? */
    judge(): void {
      for (const { what, from, to } of taken) {
        const began = timeline.faults('redis', from - edge, from - edge);
        const goesOn = timeline.faults('redis', to + edge, to + edge);
        const impossible = takesNothing.some((fault) => began.includes(fault) && goesOn.includes(fault));
        if (impossible && asksRedis(what))
          violations.add('a webhook was taken though Redis took nothing', what, from);
      }
      for (const { what, door, from, to } of doubted) {
        const explained =
          timeline.wasAway(door.id, from - around, to + around) ||
          timeline.faults('redis', from - around, to).length > 0;
        if (!explained) violations.add('a webhook was not taken though Redis was there', what, from);
      }
    },
  };
}

// The organization may be none, and then nothing is taken back.
function asksRedis(kind: string): boolean {
  return kind !== 'of no interest' && kind !== 'organization has changed';
}
