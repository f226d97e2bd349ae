import { errorCode } from '../errors.ts';
import type { StreamEnd } from '../subscription/token-stream.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { RequestRecord } from './request-record.ts';

/** Returns the fields of the log line about the end of a subscription. Its request is logged when the stream opens. */
export function describeSubscriptionEnd(
  { startedAt, operation, trace }: RequestRecord,
  { tokens, error }: StreamEnd,
) {
  return {
    // Not those of the request that ends it, such as a webhook.
    ...trace?.ids,
    operation,
    outcome: error === undefined ? 'OK' : errorCode(error),
    durationMs: Math.round(monotonicNow() - startedAt),
    tokens,
  };
}
