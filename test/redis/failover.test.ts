import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { startRedisFront } from '../support/redis-front.ts';
import {
  aSession,
  askFor,
  connected,
  outagesOf,
  reasonsOf,
  redisIn,
  redisStatesOf,
  untilShared,
} from '../support/redis-gateways.ts';
import { hasRedis, type RedisServer, startRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

/** Starts a primary and its replica for the tests of a `describe`. */
function usePair() {
  const servers: RedisServer[] = [];
  beforeAll(async () => {
    const started = await Promise.all([1, 2].map(() => startRedis(['--repl-diskless-sync-delay', '0'])));
    servers.push(...started);
  });
  beforeEach(async () => {
    const { primary, replica } = pair();
    await primary.client.replicaof('NO', 'ONE');
    await primary.client.flushall();
    await follow(replica, primary);
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  const pair = () => {
    const [primary, replica] = servers;
    if (!primary || !replica) throw new Error('expected two Redis servers to have started');
    return { primary, replica };
  };
  return pair;
}

/** Makes one server the replica of another. */
async function follow(replica: RedisServer, primary: RedisServer): Promise<void> {
  await replica.client.replicaof('127.0.0.1', String(primary.port));
  const link = () => replica.client.info('replication');
  await vi.waitFor(async () => expect(await link()).toMatch(/master_link_status:up/), { timeout: 10_000 });
}

describe.skipIf(!hasRedis)(`a failover behind one address${withRedis}`, () => {
  const world = useGateways();
  const pair = usePair();

  /** Makes the replica the primary, and the primary its replica; no connection is closed. */
  async function failOver(): Promise<void> {
    const { primary, replica } = pair();
    await replica.client.replicaof('NO', 'ONE');
    await follow(primary, replica);
  }

  async function startTwo() {
    const front = await startRedisFront(pair().primary.port);
    const start = () => world.start({ redisUrl: front.url, webhookSigningSecret });
    const [one, other] = [start(), start()];
    await connected(one, other);
    return { front, one, other };
  }

  /** Creates a session of which all gateways hold a token. */
  async function signedIn(gateways: TestGateway[]) {
    const session = aSession(world);
    const bearer = await world.clerk.mintSessionToken(session);
    const ask = async (gateway: TestGateway) =>
      (await gateway.ask(tokenQuery, { bearer, variables: { template: 'hasura' } })).codes;
    for (const gateway of gateways) expect(await ask(gateway)).toEqual([]);
    return { webhook: sessionRevoked(session), ask };
  }

  const taken = (webhook: (gateway: TestGateway) => Promise<Response>, gateway: TestGateway) =>
    vi.waitFor(async () => expect((await webhook(gateway)).status).toBe(200), { timeout: 10_000 });

  test('R15 webhooks, revocations and shared tokens work with the new primary, and /ready is accurate meanwhile', async () => {
    const { front, one, other } = await startTwo();
    const { webhook, ask } = await signedIn([one, other]);
    await failOver();
    // The address still leads to the old primary, which is a replica now.
    expect((await webhook(one)).status).toBe(503);
    expect(await redisIn(one)).toBe('away');
    // The other gateway writes nothing, and notices by its probe.
    await vi.waitFor(async () => expect(await redisIn(other)).toBe('away'), { timeout: 10_000 });
    // Further attempts are not logged.
    const lines = () => one.logLines.length + other.logLines.length;
    const before = lines();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(lines()).toBe(before);
    expect([await redisIn(one), await redisIn(other)]).toEqual(['away', 'away']);
    expect((await webhook(one)).status).toBe(503);

    front.leadTo(pair().replica.port);
    await taken(webhook, one);
    await connected(one, other);
    expect([await redisIn(one), await redisIn(other)]).toEqual(['connected', 'connected']);
    await vi.waitFor(async () => expect(await ask(other)).toEqual(['UNAUTHENTICATED']), { timeout: 5_000 });
    await untilShared(world, one, other, pair().replica);
    for (const gateway of [one, other]) expect(reasonsOf(gateway)).toEqual(['READONLY']);
  });

  test('R15 an instance that only mints notices the failover too', async () => {
    const { front, one, other } = await startTwo();
    await failOver();
    front.leadTo(pair().replica.port);
    await vi.waitFor(
      async () => {
        expect((await askFor(one, aSession(world))).codes).toEqual([]);
        expect(reasonsOf(one)).toEqual(['READONLY']);
        expect(redisStatesOf(one).at(-1)).toBe('connected');
      },
      { timeout: 10_000 },
    );
    await untilShared(world, one, other, pair().replica);
  });

  test('R15 an instance that writes nothing leaves an old primary that is cut off from the new one', async () => {
    const { front, one, other } = await startTwo();
    const { webhook, ask } = await signedIn([one, other]);
    const { primary, replica } = pair();
    await replica.client.replicaof('NO', 'ONE');
    // A replica without a primary: it answers reads, and gets no messages.
    await primary.client.replicaof('127.0.0.1', '1');
    front.leadTo(replica.port);
    await taken(webhook, one);
    await vi.waitFor(async () => expect(await ask(other)).toEqual(['UNAUTHENTICATED']), { timeout: 15_000 });
    await connected(other);
    expect(reasonsOf(other)).toEqual(['READONLY']);
  });

  test('R15 a revocation that only the old primary stored is written to the new one', async () => {
    const { front, one, other } = await startTwo();
    const [lost, later] = [await signedIn([one, other]), await signedIn([one, other])];
    const { primary, replica } = pair();
    await replica.client.replicaof('NO', 'ONE');
    await taken(lost.webhook, one);
    await vi.waitFor(async () => expect(await lost.ask(other)).toEqual(['UNAUTHENTICATED']), {
      timeout: 5_000,
    });
    // The new primary stores a later revocation before the gateways come back.
    const early = world.start({ redisUrl: replica.url, webhookSigningSecret });
    await connected(early);
    await taken(later.webhook, early);
    front.leadTo(replica.port);
    await primary.client.replicaof('127.0.0.1', '1');
    await vi.waitFor(async () => expect(await later.ask(other)).toEqual(['UNAUTHENTICATED']), {
      timeout: 15_000,
    });
    await vi.waitFor(async () => expect(await lost.ask(early)).toEqual(['UNAUTHENTICATED']), {
      timeout: 15_000,
    });
  });

  test('R02 a connection without messages is replaced', async () => {
    const { front, one, other } = await startTwo();
    front.muteMessages();
    const before = outagesOf(other);
    await vi.waitFor(() => expect(outagesOf(other)).toBeGreaterThan(before), { timeout: 15_000 });
    await connected(one, other);
    const { webhook, ask } = await signedIn([one, other]);
    await taken(webhook, one);
    await vi.waitFor(async () => expect(await ask(other)).toEqual(['UNAUTHENTICATED']), { timeout: 2_000 });
  });
});
