import type { Attributes, Histogram } from '@opentelemetry/api';

/** A histogram that records values in batches. */
export interface BatchedHistogram {
  /** Adds a value to a batch. */
  record(value: number, batch: Batch): void;
  /** Records the values of all batches: before a collection. */
  flush(): void;
}

/** The values with the same attributes that are not recorded yet. */
export interface Batch {
  readonly attributes: Attributes;
  readonly values: Float64Array;
  length: number;
}

/** The size of a batch, in values. To record them takes about 50 us. */
const batchSize = 64;

/** Creates an empty batch. */
export function createBatch(attributes: Attributes): Batch {
  return { attributes, values: new Float64Array(batchSize), length: 0 };
}

/**
 * Wraps a histogram that records a value for each request. In a loop, the code of the SDK is several times as fast as between the other work
 * of a request.
 */
export function batchHistogram(histogram: Pick<Histogram, 'record'>): BatchedHistogram {
  const batches = new Set<Batch>();
  return {
    record(value, batch) {
      batch.values[batch.length] = value;
      batch.length += 1;
      if (batch.length === 1) batches.add(batch);
      if (batch.length < batchSize) return;
      batches.delete(batch);
      recordAll(histogram, batch);
    },
    flush() {
      for (const batch of batches) recordAll(histogram, batch);
      batches.clear();
    },
  };
}

function recordAll(histogram: Pick<Histogram, 'record'>, batch: Batch): void {
  const { attributes, values, length } = batch;
  // Reset first: if the SDK throws, the batch must not grow beyond its size.
  batch.length = 0;
  for (let at = 0; at < length; at += 1) histogram.record(values[at] ?? 0, attributes);
}
