import { randomUUID } from 'node:crypto';
import { Webhook } from 'svix';
import type { Client } from './client.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import { type Period, widen } from './period.ts';
import type { Answered, PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import { type Rotations, sendSecret } from './rotations.ts';
import { secretText } from './secrets.ts';
import type { Timeline } from './timeline.ts';
import type { Violations } from './violations.ts';
import type { Confirmed } from './world.ts';

/** The time until a webhook that was not accepted is delivered again, in milliseconds. */
const redeliverAfter = 1_000;
/** During these faults, Redis accepts no writes. */
const blockingFaults = ['paused', 'full'];
/** The time for which a fault of Redis, or a lost connection, affects answers after its end, in milliseconds. */
const aftereffectMs = 1_000;

interface DeliveryOptions {
  client: Client;
  pool: GatewayPool;
  timeline: Timeline;
  violations: Violations;
  rotations: Rotations;
  random: Random;
  count: (kind: string, outcome: string) => void;
}

/** An answer of a gateway to a delivery. */
interface Delivered {
  kind: string;
  target: Target;
  /** From the request to the answer. */
  during: Period;
}

/** The deliveries of webhooks so far. */
export interface Delivery extends DeliveryOptions {
  /** Answered with 503. */
  unavailable: Delivered[];
  accepted: Delivered[];
}

/** A webhook to post. */
interface Posted {
  kind: string;
  body: string;
  target: Target;
  /** The signer. @default a secret that the gateway accepts, or that and its successor */
  by?: Webhook;
  /** @default a new id */
  id?: string;
  /** How old its timestamp is, in milliseconds. @default 0 */
  age?: number;
}

/** Signs webhooks with a secret that the gateways do not have. */
export const foreignSigner = new Webhook(
  `whsec_${Buffer.from('another secret altogether').toString('base64')}`,
);

/** Creates the state of a run without deliveries. */
export function createDelivery(options: DeliveryOptions): Delivery {
  return { ...options, unavailable: [], accepted: [] };
}

/** Posts a signed webhook once. @returns undefined when the gateway closed the connection without an answer */
export async function postWebhook(
  { client, count, rotations }: Delivery,
  { kind, body, target, by, id = `msg_${randomUUID()}`, age = 0 }: Posted,
): Promise<Answered | undefined> {
  const { signers, done } = by ? { signers: [by], done() {} } : signersFor(rotations, target);
  const at = new Date(Date.now() - age);
  const planned: PlannedRequest = {
    ...{ kind, method: 'POST', path: '/webhooks/clerk', body, tokenFields: {} },
    ...{ expected: 'refused', mayBreak: true },
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': signers.map((signer) => signer.sign(id, at, body)).join(' '),
    },
  };
  const answered = await client.send(target, planned).finally(done);
  count(`webhook: ${kind}`, answered ? `HTTP ${answered.status}` : 'the server disconnected');
  return answered;
}

/** Returns the signer of an entry of the signing secret. */
export const signerOf = (entry: number) => new Webhook(secretText('webhookSigningSecret', entry));

function signersFor(rotations: Rotations, { member }: Target): { signers: Webhook[]; done: () => void } {
  const { entry, done } = sendSecret(rotations, 'webhookSigningSecret', member);
  // Svix signs with the old and the new secret for a while, whether the gateway has the new one or not.
  const entries = rotations.random.chance(0.3) ? [entry, entry + 1] : [entry];
  return { signers: entries.map(signerOf), done };
}

/** Delivers an event until it is accepted, as Svix does, and sometimes a second time. @returns undefined if it is never accepted */
export async function deliver(
  delivery: Delivery,
  kind: string,
  type: string,
  data: object,
): Promise<Confirmed | undefined> {
  const { pool, random, violations, accepted, unavailable } = delivery;
  const target = pool.permanent();
  const timestamp = Date.now();
  const body = JSON.stringify({ object: 'event', type, data, timestamp });
  const id = `msg_${randomUUID()}`;
  for (let tries = 0; tries < 20; tries += 1) {
    const answered = await postWebhook(delivery, { kind, body, target, id });
    if (answered?.status === 200) {
      if (random.chance(0.2))
        void postWebhook(delivery, { kind: 'delivered twice', body, target: pool.permanent(), id });
      const { gateway, sentAt } = answered;
      accepted.push({ kind, target, during: exchange(answered) });
      return { gateway, sentAt, answeredAt: answered.answeredAt.to, until: timestamp / 1000 };
    }
    if (answered?.status === 503) unavailable.push({ kind, target, during: exchange(answered) });
    else violations.add('a webhook was not accepted', `${kind}: ${answered?.status} ${answered?.body}`);
    await waitUnlessStopped(redeliverAfter, new AbortController().signal);
  }
  violations.add('a webhook was never accepted', kind);
  return undefined;
}

/**
 * Checks that webhooks were accepted only while Redis worked, and refused only while Redis was unavailable. Called at the end, when all messages about
 * Redis have arrived.
 */
export function checkDeliveries({ accepted, unavailable, timeline, violations }: Delivery): void {
  for (const { kind, during } of accepted) {
    const isBlocked = timeline
      .faultsThroughout('redis', during)
      .some((fault) => blockingFaults.includes(fault));
    if (isBlocked && needsRedis(kind))
      violations.add('a webhook was accepted while Redis accepted no writes', kind, during);
  }
  for (const { kind, target, during } of unavailable) {
    const period = widen(during, aftereffectMs, 0);
    const isExplained =
      timeline.wasUnavailable(target.id, period) || timeline.faults('redis', period).length > 0;
    if (!isExplained) violations.add('a webhook was not accepted although Redis worked', kind, during);
  }
}

function exchange({ sentAt, answeredAt }: Answered): Period {
  return { from: sentAt, to: answeredAt.to };
}

// Without an organization, the event revokes nothing.
function needsRedis(kind: string): boolean {
  return kind !== 'irrelevant event' && kind !== 'organization has changed';
}
