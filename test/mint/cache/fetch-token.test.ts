import { describe, expect, test } from 'vitest';
import { gatewayError } from '../../../src/errors.ts';
import { fetchToken } from '../../../src/mint/cache/fetch-token.ts';
import type { SharedLayer } from '../../../src/mint/cache/shared-cache.ts';
import { discarded } from '../../../src/mint/mint-failure.ts';
import type { TokenMode } from '../../../src/mint/token-request.ts';
import { tokenOf } from '../../support/engine.ts';
import { aRequest, startCache } from '../../support/mint-cache.ts';

/** A shared cache that holds one text for every key, and counts the mints that give their lock back. */
function sharedWith(jwt: unknown) {
  const state = { released: 0 };
  const layer: SharedLayer = {
    async takeTurn(_key, isWanted) {
      if (isWanted({ jwt: jwt as string })) return { kind: 'found', jwt: jwt as string };
      const done = () => {
        state.released += 1;
      };
      return { kind: 'mint', done };
    },
    write: async () => {},
    drop: async () => {},
  };
  return { state, layer };
}

const claims = { sub: 'user_ada', iat: 1_000, exp: 1_060 };

describe('the negative caches', () => {
  test.each<[TokenMode, number]>([
    ['cached', 0],
    ['renew', 0],
    ['force', 1],
  ])('M05 C19 in mode %s an unknown template makes %i mints', async (mode, calls) => {
    const { cache, seen } = startCache();
    cache.negative.addTemplate('hasura');
    const { result } = await fetchToken(cache, 'key', aRequest({ mode }), 1);
    expect([result.kind === 'failure' && result.failure.kind, seen.calls]).toEqual([
      calls === 0 && 'template-unknown',
      calls,
    ]);
  });

  test.each<TokenMode>(['cached', 'renew', 'force'])(
    'M15 in mode %s a key with a discarded token is not minted',
    async (mode) => {
      const { cache, seen } = startCache();
      const failure = discarded(gatewayError('UNAUTHENTICATED'));
      cache.discarded.add('key', failure);
      const fetched = await fetchToken(cache, 'key', aRequest({ mode }), 7);
      expect(fetched).toEqual({ result: { kind: 'failure', failure }, sequence: 7 });
      expect(seen.calls).toBe(0);
    },
  );
});

describe('the shared cache', () => {
  test('yields a token without a mint, which is then held in memory', async () => {
    const jwt = tokenOf(claims);
    const { cache, seen } = startCache({ shared: sharedWith(jwt).layer });
    const { result, sequence } = await fetchToken(cache, 'key', aRequest(), 7);
    expect(result).toMatchObject({ kind: 'token', source: 'shared-cache', token: { jwt } });
    expect(cache.memory.get('key')).toMatchObject({ token: { jwt }, sequence: 7 });
    expect([sequence, seen.calls, cache.counters.shared]).toEqual([7, 0, 1]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 5],
    ['a text that is not a token', 'garbage'],
    ['an expired token', tokenOf({ ...claims, exp: 999 })],
    ["another user's token", tokenOf({ ...claims, sub: 'user_grace' })],
    ['a token past its hard point', tokenOf({ ...claims, iat: 940, exp: 1_003 })],
  ])('C16 with %s in it the token is minted, and the lock given back', async (_what, jwt) => {
    const { layer, state } = sharedWith(jwt);
    const { cache, seen } = startCache({ shared: layer });
    const { result } = await fetchToken(cache, 'key', aRequest(), 1);
    expect(result).toMatchObject({ kind: 'token', source: 'clerk' });
    expect([seen.calls, state.released, cache.counters.shared]).toEqual([1, 1, 0]);
  });

  test('gives a renewal only a token that needs no renewal itself', async () => {
    const { layer } = sharedWith(tokenOf({ ...claims, iat: 950, exp: 1_010 }));
    for (const [mode, source] of [
      ['cached', 'shared-cache'],
      ['renew', 'clerk'],
    ] as const) {
      const { result } = await fetchToken(startCache({ shared: layer }).cache, 'key', aRequest({ mode }), 1);
      expect(result).toMatchObject({ source });
    }
  });

  test('is not read in mode force, nor for a template that is not cached', async () => {
    const { cache, seen } = startCache({ shared: sharedWith(tokenOf(claims)).layer });
    await fetchToken(cache, 'key', aRequest({ mode: 'force' }), 1);
    await fetchToken(cache, 'key', aRequest({}, { cache: false }), 1);
    expect([seen.calls, cache.counters.shared]).toEqual([2, 0]);
  });
});
