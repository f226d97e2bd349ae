import { expect, test, vi } from 'vitest';
import { batchHistogram, createBatch } from '../../src/opentelemetry/batched-histogram.ts';

const attributes = { 'http.route': '/graphql' };

function start() {
  const record = vi.fn();
  return { record, histogram: batchHistogram({ record }), batch: createBatch(attributes) };
}

test('values are recorded before a collection, in order, with their attributes, once', () => {
  const { record, histogram, batch } = start();
  const other = createBatch({ 'http.route': '/ready' });
  histogram.record(1, batch);
  histogram.record(2, other);
  histogram.record(3, batch);
  expect(record).not.toHaveBeenCalled();
  histogram.flush();
  histogram.flush();
  expect(record.mock.calls).toEqual([
    [1, attributes],
    [3, attributes],
    [2, { 'http.route': '/ready' }],
  ]);
});

test('a full batch is recorded at once, and the next one begins empty', () => {
  const { record, histogram, batch } = start();
  for (let value = 0; value < 65; value += 1) histogram.record(value, batch);
  expect(record.mock.calls.map(([value]) => value)).toEqual(Array.from({ length: 64 }, (_, at) => at));
  histogram.flush();
  expect(record).toHaveBeenLastCalledWith(64, attributes);
  expect(record).toHaveBeenCalledTimes(65);
});

test('a histogram that throws loses its batch, and later values are recorded', () => {
  const { record, histogram, batch } = start();
  record.mockImplementationOnce(() => {
    throw new Error('the SDK failed');
  });
  histogram.record(1, batch);
  expect(() => histogram.flush()).toThrow('the SDK failed');
  for (let value = 0; value < 200; value += 1) histogram.record(value, batch);
  histogram.flush();
  expect(record).toHaveBeenCalledTimes(201);
});
