import { expect, test } from 'vitest';
import { gatewayError } from '../../src/errors.ts';
import { describeSubscriptionEnd } from '../../src/http/subscription-log.ts';

const record = { startedAt: performance.now() - 1_234, operation: 'Renew', mints: 0, codes: [] };

test('the end of a subscription is described by its operation, outcome, duration and tokens', () => {
  const fields = describeSubscriptionEnd(record, { tokens: 3, error: undefined });
  expect(fields).toEqual({
    operation: 'Renew',
    outcome: 'OK',
    durationMs: expect.any(Number),
    tokens: 3,
  });
  expect(fields.durationMs).toBeGreaterThanOrEqual(1_234);
});

test('the end of a subscription has the trace of the request that opened it', () => {
  const ids = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
  const trace = { ids, isRecording: true, run: <T>(work: () => T) => work(), end: () => {} };
  expect(describeSubscriptionEnd({ ...record, trace }, { tokens: 1 })).toMatchObject(ids);
});

test.each([
  [gatewayError('UNAUTHENTICATED'), 'UNAUTHENTICATED'],
  [new Error('secret'), 'INTERNAL_SERVER_ERROR'],
])('the outcome of a subscription that ends with %s is the code %s', (error, outcome) => {
  const fields = describeSubscriptionEnd(record, { tokens: 0, error });
  expect(fields.outcome).toBe(outcome);
  expect(JSON.stringify(fields)).not.toContain('secret');
});
