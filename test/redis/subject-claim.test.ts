import { describe, expect, test, vi } from 'vitest';
import { useGateways } from '../support/gateway.ts';
import { aSession, askFor, connected, storedBy, undisturbed, useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

const firebase = 'integration_firebase';

describe.skipIf(!hasRedis)(`the subject claim of tokens shared through Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = (templates: object) => world.start({ redisUrl: redis().url, ...templates });

  test("T11 a token of Clerk's Firebase integration is shared like any other", async () => {
    const [one, other] = [start({ templates: [firebase] }), start({ templates: '*' })];
    await vi.waitFor(
      async () => {
        const session = aSession(world);
        const stored = (await redis().client.keys('mintgate:*:token:*')).length;
        await connected(one, other);
        const { jwt } = await askFor(one, session, firebase);
        await vi.waitFor(async () =>
          expect((await redis().client.keys('mintgate:*:token:*')).length).toBeGreaterThan(stored),
        );
        const mints = world.mints();
        expect((await askFor(other, session, firebase)).jwt).toBe(jwt);
        expect(world.mints()).toBe(mints);
      },
      { timeout: 15_000, interval: 50 },
    );
  });

  test('T11 a shared token is checked against the policy of the instance that reads it', async () => {
    const one = start({ templates: ['hasura'] });
    const other = start({ templates: { hasura: { subjectClaim: 'uid' } } });
    const { session } = await storedBy(world, one, redis());
    const answers = await undisturbed(
      () => [one, other],
      async () => [await askFor(other, session), await askFor(one, session)],
    );
    // The reading instance refuses it; the minting one, whose subject claim is `sub`, does not.
    expect(answers.map(({ codes }) => codes)).toEqual([['INTERNAL_SERVER_ERROR'], []]);
    expect(other.stats().shared).toBe(0);
  });
});
