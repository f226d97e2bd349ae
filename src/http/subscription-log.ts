import { errorCode } from '../errors.ts';
import type { StreamEnd } from '../subscription/token-stream.ts';
import type { RequestRecord } from './request-record.ts';

/** What is logged when a subscription has ended; its request was logged when it began. */
export function subscriptionEnd({ startedAt, operation }: RequestRecord, { tokens, error }: StreamEnd) {
  return {
    operation,
    outcome: error === undefined ? 'OK' : errorCode(error),
    durationMs: Math.round(performance.now() - startedAt),
    tokens,
  };
}
