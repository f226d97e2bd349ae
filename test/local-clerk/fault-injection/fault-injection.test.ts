import { describe, expect, test } from 'vitest';
import { createClock } from '../../../src/local-clerk/clock.ts';
import {
  createFaultInjection,
  resetFaultInjection,
} from '../../../src/local-clerk/fault-injection/fault-injection.ts';
import { applyFaults, setFixedAnswer } from '../../../src/local-clerk/fault-injection/faults.ts';
import { countRequest, setRateLimit } from '../../../src/local-clerk/fault-injection/rate-limit.ts';

const clock = createClock(() => 0);

describe('a reset', () => {
  test('removes faults and counts', async () => {
    const injection = createFaultInjection(false);
    setFixedAnswer(injection.faults, { status: 500 });
    injection.counts.add('unmatched');
    resetFaultInjection(injection);
    expect(await applyFaults(injection.faults, 'unmatched')).toBeUndefined();
    expect(injection.counts.of()).toBe(0);
  });

  test('restores the initial rate limit', () => {
    const injection = createFaultInjection({ limit: 1, windowMs: 60_000 });
    setRateLimit(injection.limiter, false);
    resetFaultInjection(injection);
    expect(countRequest(injection.limiter, 'unmatched', clock)).toBeNull();
    expect(countRequest(injection.limiter, 'unmatched', clock)).toBe(60);
  });
});

test('an invalid initial rate limit is refused', () => {
  expect(() => createFaultInjection({ limit: -1, windowMs: 1 })).toThrow('-1 as limit');
});
