import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { redisKeys } from '../../src/redis/keys.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { aSession, askFor, connected, outagesOf, storedBy, useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

describe.skipIf(!hasRedis)(`the table of keys and channels in Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();

  test('lists every key and channel that the gateway uses, and no other', async () => {
    const seen = await watchNames(redis().client);
    const gateway = await useEveryFeature();
    await vi.waitFor(() => expect(formsOf(seen)).toEqual(redisKeys.map(({ form }) => form).sort()), {
      timeout: 10_000,
    });
    await gateway.dispose();
  });

  test('says the type and the life of every key that stays', async () => {
    await useEveryFeature();
    const { client } = redis();
    const longestMs: Record<string, number> = {
      token: 300_000,
      budget: 10_200,
      'user-limit': 11_000,
      'session-limit': 66_000,
      'fresh-limit': 66_000,
      revocations: 610_000,
      'revocation-texts': 610_000,
      throttled: 60_000,
    };
    const kinds = new Set<string>();
    for (const key of await client.keys('*')) {
      const form = formOf(key) ?? '';
      const kind = form.split('>')[1]?.replace(/^}?:/, '').split(':')[0] ?? '';
      if (kind === 'lock' || kind === 'probe') continue;
      const type = (await client.type(key)).replace('zset', 'sorted set');
      const left = await client.pttl(key);
      if (left === -2) continue;
      kinds.add(kind);
      expect({ key, type }).toEqual({ key, type: redisKeys.find((row) => row.form === form)?.type });
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(longestMs[kind] ?? 0);
    }
    expect([...kinds].sort()).toEqual(Object.keys(longestMs).sort());
  });

  /** Mints, mints a fresh token, revokes, and is throttled; again with another gateway where a busy machine makes Redis late. */
  async function useEveryFeature() {
    for (let tries = 1; ; tries += 1) {
      const gateway = world.start({ redisUrl: redis().url, webhookSigningSecret });
      const status = await useFeaturesOf(gateway);
      const isThrottleStored = (await redis().client.keys('*:throttled')).length === 1;
      if ((status === 200 && isThrottleStored && outagesOf(gateway) === 0) || tries === 8) {
        expect({ status, isThrottleStored }).toEqual({ status: 200, isThrottleStored: true });
        return gateway;
      }
      await redis().client.flushall();
    }
  }

  /** @returns the HTTP status of the answer to the webhook */
  async function useFeaturesOf(gateway: TestGateway): Promise<number> {
    await connected(gateway);
    await storedBy(world, gateway, redis());
    const session = aSession(world);
    const query = '{ sessionToken(template: "hasura", fresh: true) { jwt } }';
    expect((await gateway.ask(query, { session })).codes).toEqual([]);
    const { status } = await sessionRevoked(session)(gateway);
    world.clerk.controls.answerNext({ status: 429, headers: { 'retry-after': '30' } });
    expect((await askFor(gateway, aSession(world))).codes).toEqual(['RATE_LIMITED']);
    await sleep(100);
    return status;
  }

  /** Collects the names of keys and channels in the commands that Redis runs, those of scripts included. */
  async function watchNames(client: Redis): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const monitor = await client.monitor();
    onTestFinished(() => void monitor.disconnect());
    monitor.on('monitor', (_time: string, args: string[]) => {
      for (const arg of args) if (/^mintgate:[^*\s]*$/.test(arg)) names.add(arg);
    });
    return names;
  }

  const formsOf = (names: Iterable<string>) =>
    [...new Set([...names].map((name) => formOf(name) ?? `not in the table: ${name}`))].sort();

  /** Returns the form of a name, or `undefined` for one that is not in the table. */
  function formOf(name: string): string | undefined {
    const host = new URL(world.clerk.url).host;
    const variable = /<(?:name|hash|process)>/;
    const process = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
    const isForm = (form: string) => {
      const [begin = '', end = '', ...more] = form.replace('<instance>', host).split(variable);
      if (end === '' && !variable.test(form)) return name === begin && more.length === 0;
      const rest = name.slice(begin.length);
      return name.startsWith(begin) && (form.includes('<process>') ? process : /^[\w-]{16,}$/).test(rest);
    };
    return redisKeys.find(({ form }) => isForm(form))?.form;
  }
});
