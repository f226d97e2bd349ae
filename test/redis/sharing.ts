import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { gatewayOrigin, type TestGateway, type useGateways } from '../support/gateway.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';

type World = ReturnType<typeof useGateways>;

/** One Redis for the tests of a `describe`, empty before each of them. @param args - more arguments of `redis-server` */
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

/** What a gateway has said of Redis, in order: whether it is there, or away. */
export function saidOfRedis({ logLines }: TestGateway): ('here' | 'away')[] {
  const states = logLines.map((line) => {
    const { msg } = JSON.parse(line) as { msg: string };
    if (/^Redis is (?:connected|back)/.test(msg)) return 'here';
    return /^Redis is away/.test(msg) ? 'away' : undefined;
  });
  return states.filter((state) => state !== undefined);
}

/** Why a gateway says that Redis is away or refuses something, in order. A busy machine makes any Redis too slow at times: left out. */
export function reasonsOf({ logLines }: TestGateway): (string | undefined)[] {
  return logLines
    .map((line) => JSON.parse(line) as { msg: string; why?: string })
    .filter(({ msg, why }) => /^Redis (?:is away|refuses)/.test(msg) && why !== 'too slow')
    .map(({ why }) => why);
}

/** What `/ready` says of Redis. */
export async function redisIn(gateway: TestGateway): Promise<string | undefined> {
  const answer = await gateway.fetch(new Request(`${gatewayOrigin}/ready`));
  return ((await answer.json()) as { redis?: string }).redis;
}

/** Waits until gateways are connected: on a busy machine one may be away for a moment. */
export async function connected(...gateways: TestGateway[]): Promise<void> {
  const states = () => gateways.map((gateway) => saidOfRedis(gateway).at(-1));
  await vi.waitFor(() => expect(states()).toEqual(gateways.map(() => 'here')), {
    timeout: 10_000,
    interval: 20,
  });
}

/** How often gateways were without Redis so far. */
export function absences(...gateways: TestGateway[]): number {
  return gateways.flatMap(saidOfRedis).filter((state) => state === 'away').length;
}

/** What can happen to any test here: that a busy machine made a command to Redis late. Then it is done again. */
export async function undisturbed<T>(gateways: () => TestGateway[], run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    await connected(...gateways());
    const before = absences(...gateways());
    const outcome = await run();
    if (absences(...gateways()) === before || tries === 8) return outcome;
  }
}

export async function askFor(gateway: TestGateway, session: string, template = 'hasura') {
  const answer = await gateway.ask(tokenQuery, { session, variables: { template } });
  const jwt: unknown = answer.data?.sessionToken?.jwt;
  return { codes: answer.codes, jwt: typeof jwt === 'string' ? jwt : undefined };
}

/** A session that nobody has asked for yet. */
export const aSession = (world: World, userId = 'user_ada') => world.clerk.controls.createSession({ userId });

/** The `sub` of a token. */
export function subjectOf(jwt: string | undefined): unknown {
  const { sub } = JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString()) as {
    sub?: unknown;
  };
  return sub;
}

/** A token that a gateway has minted and stored. */
export interface Stored {
  session: string;
  jwt: string;
  key: string;
  value: string;
}

/** Has a gateway mint for a session of its own, until a token of it is in Redis. */
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
  throw new Error('no token of this gateway has come to Redis');
}

/** Waits until a token that one gateway mints is found by another, without a mint. */
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

/** Every key of a database, with its value as text, whatever its type. */
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
