import type { Remote } from '../../test/support/remote.ts';
import type { ClerkProcess } from './clerk-process.ts';
import { type Delivery, deliver, foreignSigner, postWebhook } from './webhook-delivery.ts';
import { recordConfirmed, retireSession, type World } from './world.ts';

/** The state of a run that webhooks read and change. */
interface Webhooks {
  clerk: Remote<ClerkProcess>;
  world: World;
  delivery: Delivery;
}

/** The kinds of webhooks: those of Clerk, and forged ones. */
type Kind = keyof typeof weights;

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

const senders: Record<Kind, (webhooks: Webhooks) => Promise<unknown>> = {
  'session has ended': endSession,
  'user is banned': (webhooks) => refuseUser(webhooks, 'user is banned', 'user.updated', { banned: true }),
  'user is deleted': (webhooks) => refuseUser(webhooks, 'user is deleted', 'user.deleted', { deleted: true }),
  'user has changed': (webhooks) =>
    changeUser(webhooks, 'user has changed', 'user.updated', (id) => ({ id })),
  'membership has changed': (webhooks) =>
    changeUser(webhooks, 'membership has changed', 'organizationMembership.updated', (user_id) => ({
      public_user_data: { user_id },
    })),
  'organization has changed': changeOrganization,
  'irrelevant event': ({ delivery }) =>
    deliver(delivery, 'irrelevant event', 'email.created', { id: 'ema_1' }),
  'signed with another secret': (webhooks) =>
    expectRefusal(webhooks, 'signed with another secret', 400, revocationOf(webhooks), { by: foreignSigner }),
  'too old': (webhooks) => expectRefusal(webhooks, 'too old', 400, revocationOf(webhooks), { age: 360_000 }),
  'too large': (webhooks) => expectRefusal(webhooks, 'too large', 413, `"${'x'.repeat(400_000)}"`),
  'signed, but not an event': (webhooks) =>
    expectRefusal(webhooks, 'signed, but not an event', 400, '{"type":'),
};

/** Sends a random webhook. */
export async function sendWebhook(webhooks: Webhooks): Promise<void> {
  await senders[webhooks.delivery.random.weighted(weights)](webhooks);
}

async function endSession({ clerk, world, delivery }: Webhooks): Promise<void> {
  const { random } = delivery;
  // The gateways hold tokens of the first sessions, which send the most requests.
  const session = random.pick(random.chance(0.5) ? world.live.slice(0, 20) : world.live);
  const status = random.pick(['ended', 'removed', 'revoked'] as const);
  await retireSession(world, session);
  // In most cases, the local Clerk does not end the session and would mint, so that only the webhook stops the gateway.
  if (random.chance(0.3)) await clerk.endSession(session.id, status);
  const confirmed = await deliver(delivery, 'session has ended', `session.${status}`, { id: session.id });
  if (confirmed) recordConfirmed(world, 'session', session.id, confirmed);
}

async function refuseUser(
  { clerk, world, delivery }: Webhooks,
  kind: Kind,
  type: string,
  more: object,
): Promise<void> {
  const { random } = delivery;
  const { userId } = random.pick(world.live);
  for (const session of world.live.filter((one) => one.userId === userId))
    await retireSession(world, session);
  const isKnown = random.chance(0.3);
  if (isKnown) await clerk.ban(userId);
  const confirmed = await deliver(delivery, kind, type, { id: userId, ...more });
  if (confirmed) recordConfirmed(world, 'user', userId, confirmed);
  if (isKnown) setTimeout(() => void clerk.unban(userId).catch(() => {}), 2_000).unref();
}

/** Sends an event that makes the held tokens of a user outdated, but ends no session. */
async function changeUser(
  { world, delivery }: Webhooks,
  kind: Kind,
  type: string,
  data: (userId: string) => object,
): Promise<void> {
  const { userId } = delivery.random.pick(world.live);
  const confirmed = await deliver(delivery, kind, type, data(userId));
  if (confirmed) recordConfirmed(world, 'changed user', userId, confirmed);
}

async function changeOrganization({ world, delivery }: Webhooks): Promise<void> {
  const id = delivery.random.pick(world.live).organizationId;
  const confirmed = await deliver(delivery, 'organization has changed', 'organization.updated', { id });
  if (confirmed && id !== null) recordConfirmed(world, 'changed organization', id, confirmed);
}

function revocationOf({ world, delivery }: Webhooks): string {
  const { id } = delivery.random.pick(world.live);
  return JSON.stringify({ type: 'session.revoked', data: { id } });
}

async function expectRefusal(
  { delivery }: Webhooks,
  kind: Kind,
  status: number,
  body: string,
  more: Pick<Parameters<typeof postWebhook>[1], 'by' | 'age'> = {},
): Promise<void> {
  const answered = await postWebhook(delivery, { kind, body, target: delivery.pool.any(), ...more });
  if (answered && answered.status !== status)
    delivery.violations.add('a wrong answer to a webhook', `${kind}: ${answered.status} ${answered.body}`);
}
