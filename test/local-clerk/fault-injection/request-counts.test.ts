import { describe, expect, test } from 'vitest';
import { type Endpoint, endpoints } from '../../../src/local-clerk/endpoints.ts';
import { createRequestCounts } from '../../../src/local-clerk/fault-injection/request-counts.ts';

describe('request counts', () => {
  test('start at zero for every endpoint', () => {
    const counts = createRequestCounts();
    expect(Object.keys(counts.all())).toEqual([...endpoints, 'unmatched']);
    expect(counts.of()).toBe(0);
  });

  test('are counted by endpoint and in total', () => {
    const counts = createRequestCounts();
    counts.add('GET /v1/users');
    counts.add('GET /v1/users');
    counts.add('unmatched');
    expect([counts.of('GET /v1/users'), counts.of('unmatched'), counts.of('GET /v1/jwks')]).toEqual([
      2, 1, 0,
    ]);
    expect(counts.of()).toBe(3);
  });

  test('are returned as a copy', () => {
    const counts = createRequestCounts();
    counts.all().unmatched = 100;
    expect(counts.of('unmatched')).toBe(0);
  });

  test('return to zero after a reset', () => {
    const counts = createRequestCounts();
    counts.add('unmatched');
    counts.reset();
    expect(counts.of()).toBe(0);
  });

  test('do not exist for an unknown endpoint', () => {
    expect(() => createRequestCounts().of('GET /v1/nowhere' as Endpoint)).toThrow('has no endpoint');
  });
});
