/** What is noted about one request for its log line. */
export interface RequestRecord {
  /** `performance.now()` when the request came in. */
  readonly startedAt: number;
  /** The name of the operation that ran, when it has one. */
  operation?: string;
  /** Calls to Clerk's token endpoint that this request caused. */
  mints: number;
  /** Why its credentials were refused, when they were. */
  refusal?: string;
  /** The codes of the errors in the answer; none means that all went well. */
  codes: readonly string[];
}

const records = new WeakMap<Request, RequestRecord>();

/** The record of a request, made at the first question. */
export function recordOf(request: Request): RequestRecord {
  const known = records.get(request);
  if (known) return known;
  const made: RequestRecord = { startedAt: performance.now(), mints: 0, codes: [] };
  records.set(request, made);
  return made;
}
