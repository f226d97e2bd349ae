import { expect, test } from 'vitest';
import { findEntry, freshnessNow } from '../../../src/mint/cache/find-entry.ts';
import { anEvent, aRequest, aToken, startCache } from '../../support/mint-cache.ts';

test('the entry of a key is found, and no other', () => {
  const { cache } = startCache();
  const entry = { token: aToken(), sequence: 1 };
  cache.memory.commit('key', entry);
  expect(findEntry(cache, 'key', aRequest())).toBe(entry);
  expect(findEntry(cache, 'another key', aRequest())).toBeUndefined();
});

test('M03 an entry whose token is not for the caller is not found', () => {
  const { cache } = startCache();
  cache.memory.commit('key', { token: aToken({ claims: { sub: 'user_grace' } }), sequence: 1 });
  expect(findEntry(cache, 'key', aRequest())).toBeUndefined();
});

test('R13 an entry whose mint began before an event is not found', () => {
  const { cache, clock } = startCache();
  const token = aToken({ issuedAt: clock.seconds + 1 });
  cache.memory.commit('key', { token, sequence: cache.revocations.nextSequence() });
  cache.revocations.learn([anEvent('drop', clock.seconds)]);
  expect(findEntry(cache, 'key', aRequest())).toBeUndefined();
  const later = {
    token: { ...token, issuedAt: clock.seconds + 2 },
    sequence: cache.revocations.nextSequence(),
  };
  cache.memory.commit('key', later);
  expect(findEntry(cache, 'key', aRequest())).toBe(later);
});

test('the freshness of a token follows the clock and the policy of the request', () => {
  const { cache, clock } = startCache();
  const token = aToken();
  const states = [0, 45, 54, 59].map((age) => {
    clock.seconds = 1_000 + age;
    return freshnessNow(cache, token, aRequest());
  });
  expect(states).toEqual(['fresh', 'stale-while-revalidate', 'stale-if-error', 'expired']);
  clock.seconds = 1_030;
  expect(freshnessNow(cache, token, aRequest({}, { maxCacheAge: 20 }))).toBe('stale-if-error');
});
