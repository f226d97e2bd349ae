import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/config/parse-options.ts';
import type { Base } from '../../src/gateway/base.ts';
import { applyToHeld, type Minting } from '../../src/gateway/minting.ts';
import type { Rules } from '../../src/gateway/rules.ts';
import { demoData } from '../../src/local-clerk/index.ts';
import { useGateways, workingOptions } from '../support/gateway.ts';
import { connected, untilShared, useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

const world = useGateways();

/** Applies settings to parts that record what is done to them. */
function apply(longestAgeBefore: number, longestAge: number, settings: Partial<Settings> = {}): unknown[] {
  const done: unknown[] = [];
  const minting = {
    engine: {
      forgetFailures: () => {},
      dropOld: (issuedBefore: number) => void done.push(['drop', issuedBefore]),
    },
    revocations: { prolong: () => void done.push('prolong') },
    sharing: { signals: { prolong: () => void done.push('prolong in Redis') } },
    streams: { recheck: () => void done.push('recheck'), complete: () => void done.push('complete') },
  };
  const base = { now: () => 1_000_000, present: () => ({ longestAge, settings }) as Rules };
  applyToHeld(minting as unknown as Minting, base as Base, {
    longestAge: longestAgeBefore,
    settings: {} as Settings,
  });
  return done;
}

test('longer ages drop what was too old before, and prolong the revocations', () => {
  expect(apply(60, 300)).toEqual([['drop', 940], 'prolong', 'prolong in Redis', 'recheck']);
});

test.each([
  ['jwtKey', { jwtKey: 'another key' }],
  ['authenticate', { authenticate: () => null }],
])('another %s completes the streams, whose clients subscribe again', (_option, settings) => {
  expect(apply(300, 300, settings)).toEqual(['complete']);
});

test('equal and shorter ages only check the open streams again', () => {
  expect([apply(300, 300), apply(300, 60)]).toEqual([['recheck'], ['recheck']]);
});

describe.skipIf(!hasRedis)(`with Redis${withRedis}`, () => {
  const redis = useRedis();

  test('a changed redisUrl takes effect by a reload, so that instances share again', async () => {
    const options = workingOptions(world.clerk);
    const one = world.start({ redisUrl: `${redis().url}/1` });
    const other = world.start({ redisUrl: `${redis().url}/0` });
    await connected(one, other);
    await one.reload({ ...options, redisUrl: `${redis().url}/0` });
    await expect.poll(() => one.logLines.some((line) => /new address/.test(line))).toBe(true);
    await untilShared(world, one, other, redis());
  });
});

test('a longer maxStaleAge does not bring back a token that was too old', async () => {
  const options = workingOptions(world.clerk);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const templates = { long: { maxCacheAge: 20 } };
  world.clerk.replaceData({
    ...demoData(),
    jwt_templates: [{ name: 'long', lifetime: 600 }],
  });
  const gateway = world.start({ templates, maxStaleAge: 30, now });
  const ask = async () => {
    const session = 'sess_ada';
    return (await gateway.ask('{ sessionToken(template: "long") { jwt } }', { session })).codes[0];
  };
  expect(await ask()).toBeUndefined();
  ahead = 25_000;
  world.clerk.controls.answerAlways({ status: 400, body: '{}' });
  expect(await ask()).toBeUndefined();
  ahead = 40_000;
  await gateway.reload({ ...options, templates, maxStaleAge: 300, now });
  expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
});
