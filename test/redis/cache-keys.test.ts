import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { type TestGateway, useGateways, workingOptions } from '../support/gateway.ts';
import {
  aSession,
  askFor,
  connected,
  storedBy,
  undisturbed,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, userUpdated, webhookSigningSecret } from './clerk-webhooks.ts';

const [a, b] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];

/** The lists of cache keys that run side by side while b replaces a. */
const lists = { '[A]': [a], '[A,B]': [a, b], '[B,A]': [b, a], '[B]': [b] } as const;
type List = keyof typeof lists;
const names = Object.keys(lists) as List[];
const haveKeyInCommon = (one: List, other: List) =>
  lists[one].some((key) => (lists[other] as readonly string[]).includes(key));

describe.skipIf(!hasRedis)(`instances with different lists of cache keys${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const base = () => ({ redisUrl: redis().url, webhookSigningSecret });
  const start = (list: List, options = {}) => world.start({ ...base(), cacheKey: lists[list], ...options });

  /** Lets gateways take other cache keys. */
  const reload = (list: List, ...gateways: TestGateway[]) =>
    Promise.all(
      gateways.map((gateway) =>
        gateway.reload({ ...workingOptions(world.clerk), ...base(), cacheKey: lists[list] }),
      ),
    );

  // The contract allows one second. Another one is for a busy machine; the reload would take 5 s.
  const atOnce = 2_000;

  /** Creates a session of which every gateway holds a token, and which Clerk goes on accepting. */
  async function signedIn(gateways: readonly TestGateway[]) {
    const session = aSession(world);
    const bearer = await world.clerk.mintSessionToken(session);
    const ask = async (gateway: TestGateway) => {
      const answer = await gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } });
      return answer.codes[0];
    };
    for (const gateway of gateways) expect(await ask(gateway)).toBeUndefined();
    const isRefused = (gateway: TestGateway, timeout = atOnce) =>
      vi.waitFor(async () => expect(await ask(gateway)).toBe('UNAUTHENTICATED'), { timeout, interval: 20 });
    return { session, ask, isRefused };
  }

  test.each(names)(
    'R02 a revocation at %s is refused by all that have a key in common with it',
    async (from) => {
      const gateways = names.map((name) => start(name));
      const source = gateways[names.indexOf(from)] as TestGateway;
      const readers = gateways.filter((_, index) => haveKeyInCommon(from, names[index] as List));
      const isAnswered = await undisturbed(
        () => gateways,
        async () => {
          const { session, isRefused } = await signedIn(gateways);
          if ((await sessionRevoked(session)(source)).status !== 200) return false;
          for (const gateway of readers) await isRefused(gateway);
          return true;
        },
      );
      expect(isAnswered).toBe(true);
      expect(readers.length).toBeGreaterThanOrEqual(3);
    },
  );

  const neighbours: (readonly [List, List])[] = names.flatMap((one) =>
    names
      .filter((other) => other !== one && haveKeyInCommon(one, other))
      .map((other) => [one, other] as const),
  );

  test.each(neighbours)(
    'a token that %s has minted is served by %s without another mint',
    async (from, to) => {
      await untilShared(world, start(from), start(to), redis());
    },
  );

  test('C20 old and new instances that need one token together mint it once or twice', async () => {
    const gateways = [...names, ...names].map((name) => start(name));
    const few = gateways.filter((_, index) => index % 4 !== 3);
    world.clerk.controls.setLatency(100);
    const codes: (string | undefined)[] = [];
    await vi.waitFor(
      async () => {
        await connected(...gateways);
        const before = world.mints();
        const session = aSession(world);
        const answers = await Promise.all(few.map((gateway) => askFor(gateway, session)));
        codes.push(...answers.flatMap((answer) => answer.codes));
        // A busy machine can make Redis late for an instance, which then mints alone.
        expect(world.mints() - before).toBeLessThanOrEqual(2);
      },
      { timeout: 20_000 },
    );
    expect(codes).toEqual([]);
  });

  test('the budget is counted once for all, and so are the limits of a user and a session', async () => {
    const limits = { mintBudget: 20, sessionMintLimit: 6, templates: { hasura: { cache: false } } };
    const gateways = names.map((name) => start(name, limits));
    /** Asks the gateways in turn. @returns the number of mints */
    const mintsOf = async (count: number, session: () => string) => {
      const before = world.mints();
      for (let at = 0; at < count; at += 1) {
        const gateway = gateways[at % gateways.length];
        if (gateway) await askFor(gateway, session());
      }
      return world.mints() - before;
    };
    const mints = await undisturbed(
      () => gateways,
      async () => {
        await redis().client.flushall();
        const one = aSession(world, 'user_grace');
        const ofSession = await mintsOf(10, () => one);
        const ofUser = await mintsOf(12, () => aSession(world, 'user_ada'));
        const others = ['user_grace', 'user_support'];
        const inAll = await mintsOf(16, () => aSession(world, others[world.mints() % 2] ?? ''));
        return { ofSession, ofUser, total: ofSession + ofUser + inAll };
      },
    );
    expect(mints).toEqual({ ofSession: 6, ofUser: 10, total: 20 });
  });

  /** Revokes the session of a new caller at one gateway, and waits until others refuse it. */
  async function revoked(one: TestGateway, others: readonly TestGateway[]) {
    const caller = await signedIn([one, ...others]);
    const revoke = sessionRevoked(caller.session);
    await vi.waitFor(async () => expect((await revoke(one)).status).toBe(200), { timeout: 10_000 });
    for (const gateway of others) await caller.isRefused(gateway, 10_000);
    return caller;
  }

  test('known revocations survive every reload of a rotation', async () => {
    const [one, other] = [start('[A]'), start('[A]')];
    await connected(one, other);
    const { ask } = await revoked(one, [other]);
    for (const list of ['[A,B]', '[B,A]', '[B]'] as const) {
      await reload(list, one, other);
      expect([await ask(one), await ask(other)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    }
  });

  test('an instance that starts during a rotation knows the revocations from Redis', async () => {
    const one = start('[A]');
    await reload('[B,A]', one);
    await connected(one);
    const { isRefused } = await revoked(one, []);
    for (const list of ['[A]', '[B,A]', '[B]'] as const) await isRefused(start(list), 10_000);
  });

  test('held tokens survive a reload, and a change of the user drops them under every key', async () => {
    const [rotated, old, done] = [start('[A]'), start('[A]'), start('[B]')];
    const { session, jwt } = await storedBy(world, rotated, redis());
    await reload('[B,A]', rotated);
    const mints = world.mints();
    expect((await askFor(rotated, session)).jwt).toBe(jwt);
    expect(world.mints()).toBe(mints);
    const isNew = (gateway: TestGateway) =>
      vi.waitFor(async () => expect((await askFor(gateway, session)).jwt).not.toBe(jwt), { timeout: atOnce });
    await connected(rotated, old, done);
    await vi.waitFor(async () => expect((await userUpdated('user_ada')(rotated)).status).toBe(200), {
      timeout: 10_000,
    });
    for (const gateway of [rotated, old, done]) await isNew(gateway);
  });

  test('a rotation under load causes no error, no lost revocation, and no mint that was not due', async () => {
    // Tokens that live longer than the test: each is due once.
    const options = { templates: { hasura: { maxCacheAge: 300 } } };
    const gateways = [start('[A]', options), start('[A]', options), start('[A]', options)];
    const settle = (list: List, gateway: TestGateway) =>
      gateway.reload({ ...workingOptions(world.clerk), ...base(), ...options, cacheKey: lists[list] });
    const errors: (string | undefined)[] = [];
    await vi.waitFor(
      async () => {
        for (const gateway of gateways) await settle('[A]', gateway);
        await connected(...gateways);
        const sessions = Array.from({ length: 12 }, () => aSession(world));
        const gone = await revoked(gateways[0] as TestGateway, gateways.slice(1));
        const before = world.mints();
        const load = async () => {
          for (const [at, session] of sessions.entries()) {
            const gateway = gateways[at % gateways.length] as TestGateway;
            errors.push(...(await askFor(gateway, session)).codes);
            if ((await gone.ask(gateway)) !== 'UNAUTHENTICATED') errors.push('a revocation was lost');
          }
          // The next time, each session asks another gateway.
          sessions.unshift(...sessions.splice(-1));
        };
        for (const list of ['[A,B]', '[B,A]', '[B]'] as const) {
          for (const gateway of gateways) await Promise.all([load(), settle(list, gateway), load()]);
        }
        // A busy machine can make Redis late for an instance, which then mints alone: then all of it is done again.
        expect(world.mints() - before).toBe(sessions.length);
      },
      { timeout: 30_000 },
    );
    expect(errors).toEqual([]);
  });
});
