import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { callerFromClaims } from '../../src/auth/caller.ts';
import { digest } from '../../src/crypto/node-digest.ts';
import { createCacheKeys } from '../../src/mint/cache/cache-key.ts';
import { tokenQuery } from './answer.ts';
import { gatewayOrigin, type TestGateway, type useGateways } from './gateway.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

type World = ReturnType<typeof useGateways>;

/** One Redis for the tests of a `describe`, empty before each of them. @param args - further arguments of `redis-server` */
export function useRedis(args: readonly string[] = []) {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis(args);
  });
  beforeEach(() => server?.client.flushall());
  afterAll(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('expected Redis to have started');
    return server;
  };
}

/** Returns the states of Redis that a gateway has logged, in order. */
export function redisStatesOf({ logLines }: TestGateway): ('connected' | 'unavailable')[] {
  const states = logLines.map((line) => {
    const { msg } = JSON.parse(line) as { msg: string };
    if (/^Redis is connected/.test(msg)) return 'connected';
    return /^Redis is unavailable/.test(msg) ? 'unavailable' : undefined;
  });
  return states.filter((state) => state !== undefined);
}

/** Returns the logged reasons why Redis is unavailable or refuses a command, in order. Omits `too slow`, which a busy machine can cause. */
export function reasonsOf({ logLines }: TestGateway): (string | undefined)[] {
  return logLines
    .map((line) => JSON.parse(line) as { msg: string; why?: string })
    .filter(({ msg, why }) => /^Redis (?:is unavailable|refuses)/.test(msg) && why !== 'too slow')
    .map(({ why }) => why);
}

/** Returns the status of Redis in the body of `/ready`. */
export async function redisIn(gateway: TestGateway): Promise<string | undefined> {
  const answer = await gateway.fetch(new Request(`${gatewayOrigin}/ready`));
  return ((await answer.json()) as { redis?: string }).redis;
}

/** Waits until gateways are connected to Redis. On a busy machine, a gateway may lose the connection for a moment. */
export async function connected(...gateways: TestGateway[]): Promise<void> {
  const states = () => gateways.map((gateway) => redisStatesOf(gateway).at(-1));
  await vi.waitFor(() => expect(states()).toEqual(gateways.map(() => 'connected')), {
    timeout: 10_000,
    interval: 20,
  });
}

/** Returns how often gateways have lost Redis so far. */
export function outagesOf(...gateways: TestGateway[]): number {
  return gateways.flatMap(redisStatesOf).filter((state) => state === 'unavailable').length;
}

/** Runs a test until no gateway loses Redis during it, at most 8 times: a busy machine can delay commands. */
export async function undisturbed<T>(gateways: () => TestGateway[], run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    await connected(...gateways());
    const before = outagesOf(...gateways());
    const outcome = await run();
    if (outagesOf(...gateways()) === before || tries === 8) return outcome;
  }
}

/** Requests a token for a demo session. */
export async function askFor(gateway: TestGateway, session: string, template = 'hasura') {
  const answer = await gateway.ask(tokenQuery, { session, variables: { template } });
  const jwt: unknown = answer.data?.sessionToken?.jwt;
  return { codes: answer.codes, jwt: typeof jwt === 'string' ? jwt : undefined };
}

/** Creates a session that no gateway has seen. */
export const aSession = (world: World, userId = 'user_ada') => world.clerk.controls.createSession({ userId });

/** Returns the `sub` of a token. */
export function subjectOf(jwt: string | undefined): unknown {
  const { sub } = JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString()) as {
    sub?: unknown;
  };
  return sub;
}

/** A token that a gateway has minted and stored in Redis. */
export interface Stored {
  session: string;
  jwt: string;
  key: string;
  value: string;
}

/** Lets a gateway mint for new sessions until a token is in Redis. */
export async function storedBy(world: World, gateway: TestGateway, { client }: RedisServer): Promise<Stored> {
  const keys = () => client.keys('mintgate:*:token:*');
  for (let tries = 1; tries <= 10; tries += 1) {
    await connected(gateway);
    const before = await keys();
    const session = aSession(world);
    const { jwt = '' } = await askFor(gateway, session);
    const key = await vi
      .waitFor(async () => (await keys()).find((key) => !before.includes(key)) ?? Promise.reject(), {
        timeout: 500,
      })
      .catch(() => undefined);
    if (key) return { session, jwt, key, value: (await client.get(key)) ?? '' };
  }
  throw new Error('the gateway has stored no token in Redis after 10 mints');
}

/** Returns the key of the lock for minting a token of a session. */
export async function lockOf(world: World, session: string, template = 'hasura'): Promise<string> {
  const bearer = await world.clerk.mintSessionToken(session);
  const claims = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString());
  const cacheKey = createCacheKeys(() => [], digest)(callerFromClaims(claims), template, undefined);
  const { host } = new URL(world.clerk.url);
  return `mintgate:${host}:lock:${digest(`${host}\ntoken\n${cacheKey}`)}`;
}

/** Waits until one gateway serves a token that another has minted. */
export async function untilShared(
  world: World,
  from: TestGateway,
  to: TestGateway,
  redis: RedisServer,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const { session, jwt } = await storedBy(world, from, redis);
      await connected(to);
      const mints = world.mints();
      expect((await askFor(to, session)).jwt).toBe(jwt);
      expect(world.mints()).toBe(mints);
    },
    { timeout: 15_000, interval: 50 },
  );
}

/** Returns every key of a database, with its value as text. */
export async function everything({ client }: RedisServer): Promise<Map<string, string>> {
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => client.get(key),
    zset: (key) => client.zrange(key, 0, -1),
    list: (key) => client.lrange(key, 0, -1),
    hash: (key) => client.hgetall(key),
    set: (key) => client.smembers(key),
  };
  const all = new Map<string, string>();
  for (const key of await client.keys('*')) {
    const value = await read[await client.type(key)]?.(key);
    all.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return all;
}
