import type { TokenDoor } from '../mint/token-request.ts';
import type { OperationType } from '../telemetry/events.ts';
import type { RequestTrace } from '../telemetry/tracing.ts';
import { monotonicNow } from '../time/monotonic-now.ts';

/** The data of one request that its log line shows. */
export interface RequestRecord {
  /** When the request arrived, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
  /** The door that the request came through. @default undefined (GraphQL, a probe or a webhook) */
  door?: TokenDoor;
  /** The name of the executed operation, if it has one. */
  operation?: string | undefined;
  /** The type of the executed operation, if one was. */
  operationType?: OperationType | undefined;
  /** Its trace, if it belongs to one. */
  trace?: RequestTrace | undefined;
  /** Calls to Clerk's token endpoint that this request caused. */
  mints: number;
  /** Why the request was refused, if it was. */
  refusal?: string;
  /** The configured subgraph whose token the coprocessor was asked for. */
  subgraph?: string;
  /** The codes of the errors in the answer; empty for a success. */
  codes: readonly string[];
}

const records = new WeakMap<Request, RequestRecord>();

/**
 * Returns the record of a request. The first call creates it.
 *
 * @param startedAt - for the first call: when the request arrived, on the monotonic clock in milliseconds. @default now
 */
export function recordOf(request: Request, startedAt?: number): RequestRecord {
  const known = records.get(request);
  if (known) return known;
  const record: RequestRecord = { startedAt: startedAt ?? monotonicNow(), mints: 0, codes: [] };
  records.set(request, record);
  return record;
}

/** Makes a request that was rebuilt from another one share its record. */
export function shareRecord(request: Request, rebuilt: Request): void {
  records.set(rebuilt, recordOf(request));
}
