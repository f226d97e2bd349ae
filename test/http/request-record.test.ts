import { expect, test } from 'vitest';
import { recordOf, shareRecord } from '../../src/http/request-record.ts';

test('a request has one record, which begins at the first call', () => {
  const request = new Request('https://x.example');
  const before = performance.now();
  const record = recordOf(request);
  expect(record).toEqual({ startedAt: expect.any(Number), mints: 0, codes: [] });
  expect(record.startedAt).toBeGreaterThanOrEqual(before);
  record.mints += 1;
  expect(recordOf(request)).toBe(record);
  expect(recordOf(request.clone())).not.toBe(record);
});

test('a request that was rebuilt shares the record', () => {
  const [request, rebuilt] = [new Request('https://x.example'), new Request('https://x.example')];
  shareRecord(request, rebuilt);
  expect(recordOf(rebuilt)).toBe(recordOf(request));
});
