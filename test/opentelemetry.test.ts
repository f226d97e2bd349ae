import { type MeterProvider, metrics } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { observedInstruments, recordedInstruments } from '../src/opentelemetry/instruments.ts';
import { openTelemetry } from '../src/opentelemetry.ts';
import { tokenQuery } from './support/answer.ts';
import { clerkEvents } from './support/clerk-events.ts';
import { type TestGateway, useGateways } from './support/gateway.ts';
import { type Series, seriesOf, startMetrics } from './support/metrics.ts';
import { aSession, connected, useRedis } from './support/redis-gateways.ts';
import { hasRedis, withRedis } from './support/redis-server.ts';
import { useWebhooks } from './support/webhook-gateways.ts';

const world = useGateways();
const { start, deliver, secret } = useWebhooks(world);
const variables = { template: 'hasura' };

/** Returns the names of the instruments in the tables that have no series. */
function missingIn(all: readonly Series[]): string[] {
  const names = [...Object.values(recordedInstruments), ...observedInstruments].map(({ name }) => name);
  return names.filter((name) => seriesOf(all, name).length === 0);
}

/** Lets a gateway mint, hit, renew, fail and revoke. */
async function use(gateway: TestGateway): Promise<void> {
  const bearer = await world.clerk.mintSessionToken('sess_ada');
  for (let at = 0; at < 3; at += 1) await gateway.ask(tokenQuery, { bearer, variables });
  await gateway.ask('{ sessionToken(template: "hasura", fresh: true) { jwt } }', { bearer });
  await gateway.ask(tokenQuery, { bearer, variables: { template: 'nothing' } });
  await gateway.ask(tokenQuery, { bearer: 'nonsense', variables });
  await gateway.ask(tokenQuery, { variables });
  expect(await deliver(gateway, clerkEvents(Date.now() - 2_000).userUpdated('user_ada'))).toBe(200);
}

describe('openTelemetry', () => {
  test('records values of the instruments, without Redis', async () => {
    const { meterProvider, collect } = startMetrics();
    const gateway = start({ telemetry: openTelemetry({ meterProvider }) });
    await use(gateway);
    await collect();
    await expect.poll(async () => seriesOf(await collect(), 'mintgate.ready')).toMatchObject([{ value: 1 }]);
    const all = await collect();
    // A mint waits for the budget in test/opentelemetry/metrics.test.ts.
    const expected = ['mintgate.mint_queue.wait', 'mintgate.redis.commands', 'mintgate.redis.connected'];
    expect(missingIn(all)).toEqual(expected);
    const valueIn = (name: string, attributes = {}) =>
      seriesOf(all, name).find((series) =>
        expect.objectContaining(attributes).asymmetricMatch(series.attributes),
      )?.value;
    expect(valueIn('mintgate.requests', { 'mintgate.path': 'fast' })).toBe(2);
    expect(valueIn('mintgate.requests', { 'mintgate.path': 'yoga' })).toBe(5);
    expect(valueIn('mintgate.cache.lookups', { 'mintgate.cache.result': 'fresh' })).toBe(2);
    expect(valueIn('mintgate.cache.lookups', { 'mintgate.cache.result': 'miss' })).toBe(1);
    expect(valueIn('mintgate.authentications', { 'mintgate.outcome': 'refused' })).toBe(1);
    expect(valueIn('mintgate.authentications', { 'mintgate.outcome': 'anonymous' })).toBe(1);
    expect(valueIn('mintgate.mint_budget.used')).toBe(2);
    const delay = seriesOf(all, 'mintgate.revocation.delay')[0];
    expect(delay).toMatchObject({ count: 1, attributes: { 'mintgate.revocation.source': 'webhook' } });
    expect(delay?.value).toBeGreaterThanOrEqual(2);
  });

  test('uses the provider that is registered when the first gateway is created', async () => {
    const { meterProvider, collect } = startMetrics();
    const telemetry = openTelemetry();
    metrics.setGlobalMeterProvider(meterProvider as MeterProvider);
    onTestFinished(() => metrics.disable());
    await start({ telemetry }).ask('{ __typename }');
    expect(seriesOf(await collect(), 'http.server.request.duration')).toMatchObject([{ count: 1 }]);
  });

  test('adds up the gateways of a process, and forgets one that is disposed', async () => {
    const { meterProvider, collect } = startMetrics();
    const telemetry = openTelemetry({ meterProvider });
    const [one, other] = [start({ telemetry }), start({ telemetry })];
    await Promise.all([one, other].map((gateway) => gateway.ask('{ __typename }')));
    const yoga = async () =>
      seriesOf(await collect(), 'mintgate.requests').find(
        ({ attributes }) => attributes['mintgate.path'] === 'yoga',
      )?.value;
    expect(await yoga()).toBe(2);
    await other.dispose();
    expect(await yoga()).toBe(1);
  });

  test('needs no SDK', async () => {
    const answer = await start({ telemetry: openTelemetry() }).ask(tokenQuery, {
      ...{ session: 'sess_ada', variables },
    });
    expect(answer.errors).toEqual([]);
  });

  test('telemetry that is none is refused', () => {
    expect(() => world.start({ telemetry: {} as never })).toThrow(
      "createGateway: telemetry: expected telemetry, such as openTelemetry() of 'mintgate/opentelemetry'",
    );
  });
});

describe.skipIf(!hasRedis)(`with Redis${withRedis}`, () => {
  const redis = useRedis();

  test('commands are counted by result, and a revocation of another instance by its source', async () => {
    const { meterProvider, collect } = startMetrics();
    const telemetry = openTelemetry({ meterProvider });
    const options = { redisUrl: redis().url, webhookSigningSecret: secret };
    const [gateway, other] = [world.start({ ...options, telemetry }), world.start(options)];
    await connected(gateway, other);
    await use(gateway);
    expect(await deliver(other, clerkEvents().userDeleted('user_grace'))).toBe(200);
    const sources = async () =>
      seriesOf(await collect(), 'mintgate.revocations').map(
        ({ attributes }) => attributes['mintgate.revocation.source'],
      );
    await expect.poll(sources).toEqual(['webhook', 'redis']);
    await redis().kill();
    onTestFinished(() => redis().restart());
    const away = async () => seriesOf(await collect(), 'mintgate.redis.connected')[0]?.value;
    await expect.poll(away).toBe(0);
    await gateway.ask(tokenQuery, { session: aSession(world), variables: { template: 'nhost' } });
    const all = await collect();
    expect(missingIn(all)).toEqual(['mintgate.mint_queue.wait']);
    const results = seriesOf(all, 'mintgate.redis.commands').map(({ attributes, value }) => [
      attributes['mintgate.redis.result'],
      value > 0,
    ]);
    expect(Object.fromEntries(results)).toMatchObject({ ok: true, unavailable: true });
  });
});
