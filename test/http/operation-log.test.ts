import { expect, test } from 'vitest';
import { durationSince, loggedName, logOperation } from '../../src/http/operation-log.ts';
import type { RequestRecord } from '../../src/http/request-record.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';

function logged(record: Partial<RequestRecord>, status: number): unknown[] {
  const lines: unknown[][] = [];
  const startedAt = monotonicNow();
  logOperation(
    { info: (...line) => void lines.push(line) },
    { startedAt, mints: 0, codes: [], ...record },
    status,
  );
  expect(lines).toHaveLength(1);
  return lines[0] ?? [];
}

test.each<[string, Partial<RequestRecord>, number, string]>([
  ['a success', {}, 200, 'OK'],
  ['an answer without codes and without success', {}, 415, 'BAD_REQUEST'],
  ['an error', { codes: ['UNAUTHENTICATED'] }, 200, 'UNAUTHENTICATED'],
  ['several errors', { codes: ['FORBIDDEN', 'RATE_LIMITED'] }, 200, 'FORBIDDEN,RATE_LIMITED'],
])('the outcome of %s', (_what, record, status, outcome) => {
  expect(logged(record, status)).toEqual([expect.objectContaining({ outcome, status }), 'graphql']);
});

test('the line has the name, the mints and the refusal of the request, and its duration', () => {
  const [fields] = logged({ operation: 'Token', mints: 2, refusal: 'no secret' }, 200);
  expect(fields).toEqual({
    ...{ operation: 'Token', outcome: 'OK', status: 200, mints: 2, refusal: 'no secret' },
    durationMs: expect.any(Number),
  });
});

test('the line of another door names it, and the subgraph', () => {
  const record: Partial<RequestRecord> = { door: 'coprocessor', subgraph: 'inventory', codes: ['FORBIDDEN'] };
  expect(logged(record, 200)).toEqual([
    expect.objectContaining({
      door: 'coprocessor',
      subgraph: 'inventory',
      outcome: 'FORBIDDEN',
      status: 200,
    }),
    'request',
  ]);
});

test('X06 the logged name of an operation is short, and has no key', () => {
  expect(loggedName('a'.repeat(100))).toBe('a'.repeat(64));
  expect(loggedName(['sk', 'test', 'b'.repeat(20)].join('_'))).toBe('[redacted]');
});

test('a duration has one decimal', () => {
  const duration = durationSince(monotonicNow() - 12.3456);
  expect(duration).toBeGreaterThanOrEqual(12.3);
  expect(duration * 10).toBeCloseTo(Math.round(duration * 10), 6);
});
