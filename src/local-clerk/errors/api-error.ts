/** One entry of the `errors` array in an error body of Clerk. */
interface ApiErrorEntry {
  code: string;
  message: string;
  longMessage: string;
  meta?: Record<string, unknown>;
}

/** An answer with an error status. A route throws it, and the app sends it with Clerk's error body. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly entry: ApiErrorEntry;
  readonly headers: Record<string, string>;

  constructor(status: number, entry: ApiErrorEntry, headers: Record<string, string> = {}) {
    super(entry.longMessage);
    this.status = status;
    this.entry = entry;
    this.headers = headers;
  }
}
