import { expect, test } from 'vitest';
import { isOutdated, timeLeft } from '../../../src/mint/cache/token-cache.ts';
import { anEvent, aRequest, startCache } from '../../support/mint-cache.ts';

test('the time left counts from the start of the request, and is never negative', () => {
  const { cache, clock } = startCache();
  const request = aRequest({ startedAt: 500 });
  clock.ms = 500;
  expect(timeLeft(cache, request)).toBe(3_000);
  clock.ms = 3_499;
  expect(timeLeft(cache, request)).toBe(1);
  clock.ms = 9_000;
  expect(timeLeft(cache, request)).toBe(0);
});

test('a mint is outdated by an event that came after it began, and by no other', () => {
  const { cache, clock } = startCache();
  const request = aRequest();
  const before = cache.revocations.nextSequence();
  expect(isOutdated(cache, request, before)).toBe(false);
  cache.revocations.learn([anEvent('drop', clock.seconds)]);
  expect(isOutdated(cache, request, before)).toBe(true);
  expect(isOutdated(cache, request, cache.revocations.nextSequence())).toBe(false);
});
