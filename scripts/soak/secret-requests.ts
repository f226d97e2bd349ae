import type { Client } from './client.ts';
import { modeOf } from './configuration.ts';
import { coprocessorPath, routerRequest } from './door-requests.ts';
import type { GatewayPool, Target } from './gateway-pool.ts';
import { waitUnlessStopped } from './inject-faults.ts';
import { graphqlHeaders } from './planned-request.ts';
import { type Rotations, removedEntry, sendSecret } from './rotations.ts';
import { secretText } from './secrets.ts';
import type { Violations } from './violations.ts';
import { type Delivery, postWebhook, signerOf } from './webhook-delivery.ts';
import type { World } from './world.ts';

interface SecretRequestsOptions {
  readonly client: Client;
  readonly pool: GatewayPool;
  readonly rotations: Rotations;
  readonly delivery: Delivery;
  readonly world: World;
  readonly violations: Violations;
  readonly count: (kind: string, outcome: string) => void;
}

/** The time between two requests, in milliseconds. */
const everyMs = 100;

/**
 * Sends queries and coprocessor requests of a router, and webhooks of Clerk, with secrets that the gateways accept, and with removed ones, until the signal is aborted.
 * They need neither Clerk nor Redis, so no fault explains a wrong answer.
 */
export async function sendSecrets(options: SecretRequestsOptions, stop: AbortSignal): Promise<void> {
  const { pool, rotations } = options;
  const { random } = rotations;
  const kinds = [
    ...[queryWithSecret, queryWithRemovedSecret, webhookWithSecret, webhookWithRemovedSecret],
    ...[coprocessorWithSecret, coprocessorWithRemovedSecret],
  ];
  const underWay = new Set<Promise<void>>();
  while (await waitUnlessStopped(everyMs, stop)) {
    const sent: Promise<void> = random
      .pick(kinds)(options, random.pick(pool.all()))
      .finally(() => underWay.delete(sent));
    underWay.add(sent);
  }
  await Promise.all(underWay);
}

async function queryWithSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const { entry, done } = sendSecret(options.rotations, 'routerSecret', target.member);
  await expectSchema(options, target, entry, 'the schema with a router secret').finally(done);
}

async function queryWithRemovedSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const entry = removedEntry(options.rotations, 'routerSecret', target.member);
  // In development, a gateway needs no secret.
  if (entry === undefined || modeOf(target.id) === 'development') return;
  await expectSchema(options, target, entry, 'the schema with a removed router secret');
}

async function expectSchema(
  { client, violations, count }: SecretRequestsOptions,
  target: Target,
  entry: number,
  kind: 'the schema with a router secret' | 'the schema with a removed router secret',
): Promise<void> {
  const answered = await client.send(target, {
    ...{ kind, method: 'POST', path: '/graphql', tokenFields: {}, expected: 'no tokens' },
    headers: { ...graphqlHeaders, 'x-mintgate-router-secret': secretText('routerSecret', entry) },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  if (!answered) return;
  const hasSchema = answered.body.includes('"sdl":"');
  count(kind, hasSchema ? 'schema' : 'refused');
  if (hasSchema !== (kind === 'the schema with a router secret'))
    violations.add(
      `a wrong answer: ${kind}`,
      `gateway ${target.id}, entry ${entry}: ${answered.body.slice(0, 300)}`,
    );
}

async function coprocessorWithSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const { entry, done } = sendSecret(options.rotations, 'coprocessorSecret', target.member);
  await expectCoprocessor(options, target, entry, 'the coprocessor with a secret').finally(done);
}

async function coprocessorWithRemovedSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const entry = removedEntry(options.rotations, 'coprocessorSecret', target.member);
  if (entry === undefined) return;
  await expectCoprocessor(options, target, entry, 'the coprocessor with a removed secret');
}

/** Asks about a request to the gateway's own subgraph, which keeps its headers. With a removed secret, the path is an unknown one. */
async function expectCoprocessor(
  { client, violations, count }: SecretRequestsOptions,
  target: Target,
  entry: number,
  kind: 'the coprocessor with a secret' | 'the coprocessor with a removed secret',
): Promise<void> {
  const answered = await client.send(target, {
    ...{ kind, method: 'POST', path: coprocessorPath + secretText('coprocessorSecret', entry) },
    ...{ headers: graphqlHeaders, tokenFields: {}, expected: 'no tokens' },
    body: routerRequest('mintgate', {}),
  });
  if (!answered) return;
  const { status, body } = answered;
  count(kind, `HTTP ${status}`);
  const expected =
    kind === 'the coprocessor with a secret' ? [200, '"control":"continue"'] : [404, 'Not found.'];
  if (status !== expected[0] || !body.includes(String(expected[1])) || body.includes('"headers"'))
    violations.add(
      `a wrong answer: ${kind}`,
      `gateway ${target.id}, entry ${entry}: HTTP ${status}: ${body.slice(0, 300)}`,
    );
}

async function webhookWithSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const body = JSON.stringify({ object: 'event', type: 'email.created', data: {}, timestamp: Date.now() });
  await expectStatus(options, { kind: 'signed with an accepted secret', body, target }, 200);
}

async function webhookWithRemovedSecret(options: SecretRequestsOptions, target: Target): Promise<void> {
  const entry = removedEntry(options.rotations, 'webhookSigningSecret', target.member);
  if (entry === undefined) return;
  const { id } = options.rotations.random.pick(options.world.live);
  const body = JSON.stringify({
    object: 'event',
    type: 'session.revoked',
    data: { id },
    timestamp: Date.now(),
  });
  const kind = 'signed with a removed secret';
  await expectStatus(options, { kind, body, target, by: signerOf(entry) }, 400);
}

async function expectStatus(
  { delivery, violations }: SecretRequestsOptions,
  posted: Parameters<typeof postWebhook>[1],
  status: number,
): Promise<void> {
  const answered = await postWebhook(delivery, posted);
  if (answered && answered.status !== status)
    violations.add(
      `a wrong answer to a webhook ${posted.kind}`,
      `gateway ${posted.target.id}: ${answered.status} ${answered.body}`,
    );
}
