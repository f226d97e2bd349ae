import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import {
  aSession,
  askFor,
  connected,
  redisStatesOf,
  storedBy,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

describe.skipIf(!hasRedis)(`access to Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = (redisUrl: string) => world.start({ redisUrl, webhookSigningSecret });
  const address = () => `127.0.0.1:${redis().port}`;
  const errorsOf = ({ logLines }: TestGateway) =>
    logLines
      .map((line) => JSON.parse(line) as { level: number; msg: string; why?: string })
      .filter(({ level }) => level >= 50);

  /** Creates a user of Redis whose password must be escaped in a URL. */
  async function aUser(...rights: string[]) {
    const [name, password] = [
      `user-${randomBytes(4).toString('hex')}`,
      `${randomBytes(9).toString('hex')}@:/?#%é`,
    ];
    await redis().client.acl('SETUSER', name, 'on', `>${password}`, ...rights);
    const credentials = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
    return { name, password, credentials };
  }

  test('a user with a password, another database, and permissions for only its keys and channels is sufficient', async () => {
    const { credentials } = await aUser('~mintgate:*', '&mintgate:*', '+@all', '-@dangerous');
    const url = `redis://${credentials}@${address()}/3`;
    const [one, other] = [start(url), start(url)];
    await connected(one, other);
    const session = aSession(world);
    const bearer = await world.clerk.mintSessionToken(session);
    const ask = (gateway: TestGateway) =>
      gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { bearer });
    await vi.waitFor(
      async () => {
        const fresh = aSession(world);
        const { jwt } = await askFor(one, fresh);
        expect((await askFor(other, fresh)).jwt).toBe(jwt);
      },
      { timeout: 10_000 },
    );
    expect((await ask(other)).codes).toEqual([]);
    await vi.waitFor(async () => expect((await sessionRevoked(session)(one)).status).toBe(200), {
      timeout: 10_000,
    });
    await vi.waitFor(async () => expect((await ask(other)).codes).toEqual(['UNAUTHENTICATED']), {
      timeout: 2_000,
    });
    expect([...errorsOf(one), ...errorsOf(other)]).toEqual([]);
    expect(await redis().client.info('keyspace')).toMatch(/db3:/);
    expect(await redis().client.dbsize()).toBe(0);
  });

  test('nothing is written to the console about a user with few permissions', async () => {
    const written = (['log', 'warn', 'error'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(() => {}),
    );
    onTestFinished(() => {
      for (const spy of written) spy.mockRestore();
    });
    const { credentials } = await aUser('~mintgate:*', '&mintgate:*', '+@all', '-@dangerous');
    await connected(start(`redis://${credentials}@${address()}`));
    // A password that Redis does not need.
    await connected(start(`redis://:needless@${address()}`));
    expect(written.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  test('instances on different databases share no token', async () => {
    const [one, other] = [start(`${redis().url}/1`), start(`${redis().url}/2`)];
    await connected(one, other);
    for (let tokens = 0; tokens < 5; tokens += 1) {
      const session = aSession(world);
      const { jwt } = await askFor(one, session);
      expect((await askFor(other, session)).jwt).not.toBe(jwt);
    }
    expect(other.stats().shared).toBe(0);
    expect(await redis().client.info('keyspace')).toMatch(/db1:[\s\S]*db2:/);
  });

  test('instances of different Clerk instances on one database share nothing', async () => {
    const publishableKey = `pk_test_${Buffer.from('another.clerk.accounts.dev$').toString('base64')}`;
    const [one, other] = [
      start(redis().url),
      world.start({ redisUrl: redis().url, publishableKey, webhookSigningSecret }),
    ];
    const { session, jwt } = await storedBy(world, one, redis());
    await connected(other);
    expect((await askFor(other, session)).jwt).not.toBe(jwt);
    expect(other.stats().shared).toBe(0);
    const bearer = await world.clerk.mintSessionToken(session);
    await vi.waitFor(async () => expect((await sessionRevoked(session)(one)).status).toBe(200), {
      timeout: 10_000,
    });
    const query = '{ sessionToken(template: "hasura") { jwt } }';
    expect((await one.ask(query, { bearer })).codes).toEqual(['UNAUTHENTICATED']);
    expect((await other.ask(query, { bearer })).codes).toEqual([]);
  });

  test.each([
    ['a wrong password', async () => `redis://${(await aUser('~*', '&*', '+@all')).name}:wrong-secret@`],
    ['a user that does not exist', async () => 'redis://nobody:wrong-secret@'],
    ['a user without its password', async () => `redis://${(await aUser('~*', '&*', '+@all')).name}@`],
    ['no password where Redis requires one', async () => 'redis://'],
  ])(
    'with %s the gateway works without Redis, and logs the reason without the password',
    async (what, url) => {
      if (what === 'no password where Redis requires one')
        await redis().client.config('SET', 'requirepass', 'the-right-secret');
      const gateway = start(`${await url()}${address()}`);
      try {
        await vi.waitFor(() => expect(redisStatesOf(gateway)).toEqual(['unavailable']), { timeout: 5_000 });
        expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
        await expect
          .poll(() => errorsOf(gateway))
          .toEqual([
            expect.objectContaining({
              msg: expect.stringMatching(/REDIS_URL/),
              why: expect.stringMatching(/^(?:WRONGPASS|NOAUTH)$/),
            }),
          ]);
        // One line, however many attempts there are.
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        expect(errorsOf(gateway)).toHaveLength(1);
        expect(redisStatesOf(gateway)).toEqual(['unavailable']);
        expect(gateway.logLines.join('')).not.toMatch(/secret/);
      } finally {
        await redis().client.config('SET', 'requirepass', '');
      }
    },
  );

  test('the gateway connects when the password is corrected later', async () => {
    const { name } = await aUser('~mintgate:*', '&mintgate:*', '+@all', '-@dangerous');
    const url = `redis://${name}:${randomBytes(12).toString('hex')}@${address()}`;
    const [one, other] = [start(url), start(url)];
    await vi.waitFor(() => expect(redisStatesOf(one)).toEqual(['unavailable']), { timeout: 5_000 });
    await redis().client.acl('SETUSER', name, `>${new URL(url).password}`);
    await connected(one, other);
    await untilShared(world, one, other, redis());
  });

  test('with a user that may not write the gateway works without Redis, and logs the reason', async () => {
    const { credentials, password } = await aUser(
      '~mintgate:*',
      '&mintgate:*',
      '+@read',
      '+@connection',
      '+@pubsub',
    );
    const gateway = start(`redis://${credentials}@${address()}`);
    await vi.waitFor(
      async () => {
        expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
        expect(errorsOf(gateway)).toEqual([expect.objectContaining({ why: 'NOPERM' })]);
      },
      { timeout: 10_000 },
    );
    expect((await sessionRevoked(aSession(world))(gateway)).status).toBe(503);
    expect(gateway.logLines.join('')).not.toContain(password.slice(0, 18));
  });

  test('a database that Redis does not have is not replaced by another one', async () => {
    const gateway = start(`${redis().url}/99`);
    await vi.waitFor(() => expect(redisStatesOf(gateway)).not.toEqual([]), { timeout: 5_000 });
    for (let asked = 0; asked < 5; asked += 1)
      expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
    expect(await redis().client.keys('*')).toEqual([]);
    expect(errorsOf(gateway)).toHaveLength(1);
  });
});
