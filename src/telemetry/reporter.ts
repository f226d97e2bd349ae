import type { Channels } from './channels.ts';
import { type Counts, createCounts } from './counts.ts';
import type {
  AuthenticationOutcome,
  ClerkCallEvent,
  LookupResult,
  MintEvent,
  RedisResult,
  RequestEvent,
  RevocationEvent,
} from './events.ts';
import type { Readings } from './readings.ts';
import type { Telemetry } from './telemetry.ts';
import type { RequestStart, RequestTrace, SpanStart, TraceIds, WorkSpan } from './tracing.ts';

/** Reports what a gateway does: to its counts, to the channels that have subscribers, and to the telemetry of its host. Never throws. */
export interface Reporter {
  /** The id of the gateway in this process. */
  readonly gateway: string;
  readonly counts: Counts;
  /** Lets the telemetry observe the gateway. @param read - returns its state @returns a function that ends it */
  observe(read: () => Readings): () => void;
  /** Whether answered requests have a receiver. If not, a hit need not describe itself. */
  readonly observesRequests: boolean;
  request(event: RequestEvent): void;
  authentication(outcome: AuthenticationOutcome): void;
  /** @param template - its configured name, or `other` */
  lookup(result: LookupResult, template: string): void;
  mint(event: MintEvent): void;
  /** @param milliseconds - how long a mint waited for the budget */
  queueWait(milliseconds: number): void;
  clerkCall(event: Omit<ClerkCallEvent, keyof ClerkAddress>): void;
  redisCommand(result: RedisResult): void;
  revocation(event: RevocationEvent): void;
  /** Returns whether anything can make spans now. */
  isTracing(): boolean;
  /** Starts the span of a request. @returns `undefined` for a request that belongs to no trace */
  startRequest(start: RequestStart): RequestTrace | undefined;
  /** Starts a span of a part of the work. @returns `undefined` unless the active span is recorded */
  startSpan(start: SpanWork): WorkSpan | undefined;
  /** Returns the ids of the active span. */
  activeIds(): TraceIds | undefined;
  /** Runs a call to Clerk, in or outside the trace, as the host wants. @param span - the span of the call */
  runClerkCall<T>(span: WorkSpan | undefined, call: () => T): T;
}

/** A span of a part of the work. The reporter knows the address of Clerk. */
export type SpanWork =
  | Exclude<SpanStart, { kind: 'clerk-call' }>
  | Omit<Extract<SpanStart, { kind: 'clerk-call' }>, keyof ClerkAddress>;

/** The address of Clerk's Backend API. */
type ClerkAddress = Pick<ClerkCallEvent, 'serverAddress' | 'serverPort'>;

interface ReporterOptions {
  /** The id of the gateway in this process. @default '' */
  gateway?: string;
  /** @default undefined (the host has none) */
  telemetry?: Telemetry | undefined;
  /** @default undefined (the runtime has none) */
  channels?: Channels | undefined;
  /** The URL of Clerk's Backend API. @default 'https://api.clerk.com' */
  apiUrl?: string;
}

/** Creates a reporter. */
export function createReporter({
  gateway = '',
  telemetry,
  channels,
  apiUrl = 'https://api.clerk.com',
}: ReporterOptions = {}): Reporter {
  const counts = createCounts();
  const clerk = clerkAddress(apiUrl);
  // A channel without subscribers gets no message object: a request must not pay for it.
  return {
    ...{ gateway, counts },
    observe(read) {
      const end = attempt(() => telemetry?.observe(gateway, read));
      return () => attempt(() => end?.());
    },
    get observesRequests() {
      return telemetry !== undefined || channels?.request.hasSubscribers === true;
    },
    request(event) {
      if (channels?.request.hasSubscribers) channels.request.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordRequest(event));
    },
    authentication(outcome) {
      counts.authentications[outcome] += 1;
      if (channels?.authenticate.hasSubscribers) channels.authenticate.publish({ gateway, outcome });
    },
    lookup(result, template) {
      counts.lookups[result] += 1;
      if (channels?.cache.hasSubscribers) channels.cache.publish({ gateway, template, result });
    },
    mint(event) {
      if (channels?.mint.hasSubscribers) channels.mint.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordMint(event));
    },
    queueWait(milliseconds) {
      if (telemetry) attempt(() => telemetry.recordQueueWait(milliseconds));
    },
    clerkCall(event) {
      if (telemetry) attempt(() => telemetry.recordClerkCall({ ...event, ...clerk }));
    },
    redisCommand(result) {
      counts.redisCommands[result] += 1;
    },
    revocation(event) {
      if (channels?.revocation.hasSubscribers) channels.revocation.publish({ gateway, ...event });
      if (telemetry) attempt(() => telemetry.recordRevocation(event));
    },
    ...tracingOf(telemetry, clerk),
  };
}

type TracingReporter = Pick<
  Reporter,
  'isTracing' | 'startRequest' | 'startSpan' | 'activeIds' | 'runClerkCall'
>;

function tracingOf(telemetry: Telemetry | undefined, clerk: ClerkAddress): TracingReporter {
  const none = () => undefined;
  if (telemetry === undefined) {
    const runClerkCall: Reporter['runClerkCall'] = (_span, call) => call();
    return { isTracing: () => false, startRequest: none, startSpan: none, activeIds: none, runClerkCall };
  }
  const isTracing = () => attempt(() => telemetry.isTracing()) === true;
  return {
    isTracing,
    startRequest: (start) => attempt(() => safeTrace(telemetry.startRequest(start))),
    startSpan: (start) =>
      attempt(() =>
        safeSpan(telemetry.startSpan(start.kind === 'clerk-call' ? { ...start, ...clerk } : start)),
      ),
    activeIds: () => (isTracing() ? attempt(() => telemetry.activeIds()) : undefined),
    runClerkCall: (span, call) => runOnce((work) => telemetry.runClerkCall(span, work), call),
  };
}

/** Returns a trace that never throws, except what the work in it throws. */
function safeTrace(trace: RequestTrace | undefined): RequestTrace | undefined {
  if (trace === undefined) return undefined;
  return {
    ...{ ids: trace.ids, isRecording: trace.isRecording },
    run: (work) => runOnce(trace.run, work),
    end: (event) => attempt(() => trace.end(event)),
  };
}

/** Returns a span that never throws, except what the work in it throws. */
function safeSpan(span: WorkSpan | undefined): WorkSpan | undefined {
  if (span === undefined) return undefined;
  return {
    run: (work) => runOnce(span.run, work),
    linkActive: () => attempt(() => span.linkActive()),
    end: (end) => attempt(() => span.end(end)),
  };
}

function clerkAddress(apiUrl: string): ClerkAddress {
  const { hostname, port, protocol } = new URL(apiUrl);
  return { serverAddress: hostname, serverPort: Number(port || (protocol === 'http:' ? 80 : 443)) };
}

/** Runs a function in a context, or without it where the telemetry fails to enter that. */
function runOnce<T>(enter: (work: () => T) => T, work: () => T): T {
  let isStarted = false;
  try {
    return enter(() => {
      isStarted = true;
      return work();
    });
  } catch (error) {
    if (isStarted) throw error;
    return work();
  }
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    // A fault of the telemetry must not fail a request.
    return undefined;
  }
}
