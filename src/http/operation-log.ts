import type { GatewayLogger } from '../logging/logger.ts';
import { redactSecrets } from '../logging/redact-secrets.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { RequestRecord } from './request-record.ts';

/** Longest operation name that is logged, in characters. */
const maxNameLength = 64;

/** Returns the name of an operation as it is logged. */
export function loggedName(name: string): string {
  return redactSecrets(name).slice(0, maxNameLength);
}

/**
 * Logs the line of a GraphQL request, or of a request for a token through another door.
 *
 * @param status - the HTTP status of the answer
 */
export function logOperation(
  log: Pick<GatewayLogger, 'info'>,
  { startedAt, door, subgraph, operation, mints, refusal, codes, trace }: RequestRecord,
  status: number,
): void {
  const outcome = codes.length > 0 ? codes.join(',') : status < 300 ? 'OK' : 'BAD_REQUEST';
  const durationMs = durationSince(startedAt);
  const fields = { door, subgraph, operation, outcome, status, durationMs, mints, refusal };
  log.info(trace ? { ...trace.ids, ...fields } : fields, door === undefined ? 'graphql' : 'request');
}

/** Returns the milliseconds since a time, with one decimal. @param startedAt - on the monotonic clock in milliseconds */
export function durationSince(startedAt: number): number {
  return Math.round((monotonicNow() - startedAt) * 10) / 10;
}
