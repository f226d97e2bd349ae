import { expect, test } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { signSession } from '../support/tokens.ts';

const world = useGateways();
const none = {
  subscriptions: 0,
  requests: { fastPath: 0, yoga: 0 },
  reloads: { applied: 0, refused: 0 },
  held: 0,
  hits: { fresh: 0, revalidated: 0, stale: 0 },
  mints: 0,
  shared: 0,
  waits: 0,
  refusals: {},
};

test('the stats count what the gateway has done, one by one', async () => {
  let ahead = 0;
  const gateway = world.start({ now: () => Date.now() + ahead, sessionMintLimit: 7 });
  const later = (milliseconds: number) => {
    ahead += milliseconds;
    world.clerk.controls.advanceClock(milliseconds);
  };
  const bearer = await signSession(world.clerk, { exp: Math.floor(Date.now() / 1000) + 500 });
  const ask = (template = 'hasura') => gateway.ask(tokenQuery, { bearer, variables: { template } });
  expect(gateway.stats()).toEqual(none);

  await Promise.all([ask(), ask(), ask()]);
  expect(gateway.stats()).toEqual({
    ...none,
    ...{ requests: { fastPath: 0, yoga: 3 }, held: 1, mints: 1, waits: 3 },
  });
  await ask();
  expect(gateway.stats()).toMatchObject({ hits: { fresh: 1 }, mints: 1 });

  later(50_000);
  await ask();
  await expect.poll(() => gateway.audited.at(-1)?.background).toBe(true);
  expect(gateway.stats()).toMatchObject({ hits: { fresh: 1, revalidated: 1 }, mints: 2, waits: 3 });

  later(56_000);
  world.clerk.controls.answerAlways({ status: 500, body: {} }, mintEndpoint);
  await ask();
  // One call and its retry.
  expect(gateway.stats()).toMatchObject({
    hits: { fresh: 1, revalidated: 1, stale: 1 },
    mints: 4,
    waits: 4,
    refusals: {},
  });

  await ask('nhost');
  await ask('reports');
  await ask('billing');
  world.clerk.controls.answerAlways(null, mintEndpoint);
  await ask('ghost');
  expect(gateway.stats()).toEqual({
    subscriptions: 0,
    requests: { fastPath: 2, yoga: 8 },
    reloads: { applied: 0, refused: 0 },
    held: 1,
    hits: { fresh: 1, revalidated: 1, stale: 1 },
    mints: 7,
    shared: 0,
    waits: 6,
    refusals: { unavailable: 1, forbidden: 1, 'template-not-configured': 1, 'template-unknown': 1 },
  });
  await ask('minimal');
  expect(gateway.stats()).toMatchObject({ mints: 7, refusals: { 'session-limit': 1 } });
});

test('the stats are a copy: changing one changes neither the counters nor the next copy', async () => {
  const gateway = world.start();
  const before = gateway.stats();
  Object.assign(before.hits, { fresh: 99 });
  Object.assign(before.refusals, { forbidden: 99 });
  await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'hasura' } });
  expect(before.mints).toBe(0);
  expect(gateway.stats()).toEqual({
    ...none,
    ...{ requests: { fastPath: 0, yoga: 1 }, held: 1, mints: 1, waits: 1 },
  });
});
