import { expect, test } from 'vitest';
import { createCounts } from '../../src/telemetry/counts.ts';

test('new counts are 0, and two gateways share none', () => {
  const [one, other] = [createCounts(), createCounts()];
  one.lookups.fresh += 1;
  one.activeRequests += 1;
  expect(other.lookups).toEqual({ fresh: 0, revalidated: 0, stale: 0, shared: 0, miss: 0 });
  expect(other.activeRequests).toBe(0);
});
