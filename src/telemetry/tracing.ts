import type { RequestEvent } from './events.ts';

/** The ids of a span, as the fields of a log line. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** Returns the value of a header, by its name in lower case. */
export type ReadHeader = (name: string) => string | undefined;

/** An HTTP request that begins. */
export interface RequestStart extends Pick<RequestEvent, 'method' | 'route' | 'scheme'> {
  /** When it arrived, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
  /** Reads the headers in which the caller propagates its trace. */
  readonly header: ReadHeader;
}

/** The trace of one request. */
export interface RequestTrace {
  readonly ids: TraceIds;
  /** Whether its span is recorded. If not, nothing needs to run in it. */
  readonly isRecording: boolean;
  /** Runs a function in the context of its span. */
  run<T>(work: () => T): T;
  /** Ends its span. */
  end(event: RequestEvent): void;
}

/** A part of a request that has a separate span. */
export type SpanStart =
  | { readonly kind: 'authenticate' }
  /** A single flight. */
  | { readonly kind: 'mint'; readonly template: string; readonly background: boolean }
  | {
      readonly kind: 'clerk-call';
      readonly method: 'GET' | 'POST';
      /** The path, with names in braces for its variable parts. */
      readonly template: string;
      readonly serverAddress: string;
      readonly serverPort: number;
      /** How often the call was sent before. */
      readonly resendCount: number;
    }
  | { readonly kind: 'redis-command' };

/** How the work of a span has ended. */
export interface SpanEnd {
  /** Of an authentication or a mint: one word. */
  readonly outcome?: string;
  /** Why the work has failed: one word, or a status. */
  readonly errorType?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  /** The name of the command to Redis. */
  readonly operation?: string | undefined;
}

/** The span of a part of the work of a request. */
export interface WorkSpan {
  /** Runs a function in the context of the span. */
  run<T>(work: () => T): T;
  /** Links the span to the active one, whose request waits for its work. */
  linkActive(): void;
  end(end: SpanEnd): void;
}

/** Makes the spans of a gateway. Each finds its parent in the active context. */
export interface Tracing {
  /** Returns whether anything can make spans. Without an SDK, a request must not pay for the spans that it does not have. */
  isTracing(): boolean;
  /** Starts the span of a request. @returns `undefined` for a request that belongs to no trace */
  startRequest(start: RequestStart): RequestTrace | undefined;
  /** Starts a span. @returns `undefined` unless the active span is recorded */
  startSpan(start: SpanStart): WorkSpan | undefined;
  /** Returns the ids of the active span. */
  activeIds(): TraceIds | undefined;
  /** Runs a call to Clerk, which is not part of the trace unless the host wants that. @param span - the span of the call */
  runClerkCall<T>(span: WorkSpan | undefined, call: () => T): T;
}
