import { describe, expect, test } from 'vitest';
import {
  createSharedLayer,
  noSharedLayer,
  type SharedCache,
  type SharedToken,
} from '../../../src/mint/cache/shared-cache.ts';
import { monotonicNow } from '../../../src/time/monotonic-now.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { during } = useFakeTime();
const token = { jwt: 'minted by another', issuedAt: 1, expiresAt: 61 };
const anyToken = () => true;
const noToken = () => false;

/** A shared cache in memory. */
function startStore(changes: Partial<SharedCache> = {}) {
  const tokens = new Map<string, SharedToken>();
  const locks = new Set<string>();
  const store: SharedCache = {
    read: async (key) => tokens.get(key),
    write: async (key, written) => void tokens.set(key, written),
    drop: async (key) => void tokens.delete(key),
    async lock(key) {
      if (locks.has(key)) return undefined;
      locks.add(key);
      return async () => void locks.delete(key);
    },
    ...changes,
  };
  return { tokens, locks, layer: createSharedLayer(store, monotonicNow) };
}

/** As the connection to Redis does when Redis hangs. */
const rejectLate = () =>
  new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('no answer in time')), 50));

describe('the turn of an instance', () => {
  test('is to mint when no token is stored; the key is locked until it is done', async () => {
    const { layer, locks } = startStore();
    const turn = await layer.takeTurn('key', anyToken);
    expect([turn.kind, [...locks]]).toEqual(['mint', ['key']]);
    if (turn.kind === 'mint') turn.done();
    await during(0, Promise.resolve());
    expect([...locks]).toEqual([]);
  });

  test('finds a stored token without a lock', async () => {
    const { layer, tokens, locks } = startStore();
    tokens.set('key', token);
    expect(await layer.takeTurn('key', anyToken)).toEqual({ kind: 'found', jwt: token.jwt });
    expect(locks.size).toBe(0);
  });

  test('is to mint when the stored token is not wanted', async () => {
    const { layer, tokens } = startStore();
    tokens.set('key', token);
    expect((await layer.takeTurn('key', noToken)).kind).toBe('mint');
  });

  test('waits for the token of the instance that has the lock', async () => {
    const { layer, tokens, locks } = startStore();
    locks.add('key');
    const turn = layer.takeTurn('key', anyToken);
    setTimeout(() => tokens.set('key', token), 100);
    expect(await during(0.125, turn)).toEqual({ kind: 'found', jwt: token.jwt });
  });

  test('is to mint without the lock after 500 ms', async () => {
    const { layer, locks } = startStore();
    locks.add('key');
    let kind: string | undefined;
    const turn = layer.takeTurn('key', anyToken).then((ended) => {
      kind = ended.kind;
    });
    await during(0.499, Promise.resolve());
    expect(kind).toBeUndefined();
    await during(0.026, turn);
    expect([kind, [...locks]]).toEqual(['mint', ['key']]);
  });

  test('C20 finds the token that was stored between its last read and the end of the lock', async () => {
    let stored: SharedToken | undefined;
    let locked = 0;
    const { layer } = startStore({
      read: async () => stored,
      async lock() {
        locked += 1;
        if (locked === 1) return undefined;
        // The other instance writes first and unlocks then, both between two commands of this one.
        stored = token;
        return async () => {};
      },
    });
    expect(await during(0.025, layer.takeTurn('key', anyToken))).toEqual({ kind: 'found', jwt: token.jwt });
  });
});

describe('C16 a shared cache that fails', () => {
  const failures: [string, () => Promise<never>][] = [
    ['rejects', () => Promise.reject(new Error('unavailable'))],
    ['rejects late', rejectLate],
    [
      'throws',
      () => {
        throw new Error('a fault');
      },
    ],
  ];

  test.each(failures)('counts as empty and unlocked when it %s', async (_how, fail) => {
    const { layer } = startStore({ read: fail, write: fail, drop: fail, lock: fail });
    const turn = await during(0.1, layer.takeTurn('key', anyToken));
    expect(turn.kind).toBe('mint');
    if (turn.kind === 'mint') turn.done();
    expect(await during(0.1, layer.write('key', token))).toBeUndefined();
    expect(await during(0.1, layer.drop('key'))).toBeUndefined();
  });

  test.each([null, 7, 'text', undefined])('counts as empty when it holds %j', async (garbage) => {
    const { layer } = startStore({ read: async () => garbage as never });
    expect((await layer.takeTurn('key', anyToken)).kind).toBe('mint');
  });

  test('may fail to unlock', async () => {
    const { layer } = startStore({ lock: async () => () => Promise.reject(new Error('unavailable')) });
    const turn = await layer.takeTurn('key', anyToken);
    if (turn.kind === 'mint') turn.done();
    await during(0, Promise.resolve());
    expect(turn.kind).toBe('mint');
  });
});

test('without a shared cache, every instance mints', async () => {
  expect((await noSharedLayer.takeTurn('key', anyToken)).kind).toBe('mint');
  expect(await noSharedLayer.write('key', token)).toBeUndefined();
  expect(await noSharedLayer.drop('key')).toBeUndefined();
});
