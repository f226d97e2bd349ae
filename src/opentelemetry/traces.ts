import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  isSpanContextValid,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { RequestEvent } from '../telemetry/events.ts';
import type {
  ReadHeader,
  RequestStart,
  RequestTrace,
  SpanEnd,
  SpanStart,
  TraceIds,
  Tracing,
  WorkSpan,
} from '../telemetry/tracing.ts';
import { attributesOf } from './attributes.ts';
import { type Memoized, memoize } from './memoize.ts';
import { scope } from './scope.ts';

interface TracingOptions {
  /** @default the global one */
  tracerProvider?: TracerProvider | undefined;
  /** Whether calls to Clerk run in the context of their span, so that an instrumentation of `fetch` propagates it. */
  propagateToClerk: boolean;
}

/** The key by which the SDK and all instrumentations suppress tracing: that of `@opentelemetry/core`, which this package does not need. */
const suppressTracing = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** No span, no baggage: there is nothing to propagate. */
const suppressed: Context = ROOT_CONTEXT.setValue(suppressTracing, true);

/** Creates the spans of gateways. */
export function createTracing({ tracerProvider, propagateToClerk }: TracingOptions): Tracing {
  const tracer = (tracerProvider ?? trace).getTracer(scope);
  const serverSpans = memoize(['method', 'route', 'scheme'], serverSpanStart);
  return {
    isTracing: createIsTracing(tracerProvider),
    startRequest: (start) => startRequest(tracer, start, serverSpans),
    startSpan: (start) => startSpan(tracer, start),
    activeIds,
    runClerkCall(span, call) {
      if (propagateToClerk) return span ? span.run(call) : call();
      return context.with(suppressed, call);
    },
  };
}

/** Returns a function that tells whether there is an SDK. */
function createIsTracing(tracerProvider: TracerProvider | undefined): () => boolean {
  let isTracing = tracerProvider !== undefined;
  return () => {
    if (isTracing) return true;
    const provider = trace.getTracerProvider();
    // The API has this provider until an SDK is registered with it.
    isTracing = !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(scope) !== undefined;
    return isTracing;
  };
}

const headers: TextMapGetter<ReadHeader> = {
  get: (header, name) => header(name.toLowerCase()),
  keys: () => [],
};

/** The parts of a server span that many requests share. */
interface ServerSpanStart {
  readonly name: string;
  readonly attributes: Attributes;
}

function startRequest(
  tracer: Tracer,
  start: RequestStart,
  serverSpans: Memoized<RequestStart, ServerSpanStart>,
): RequestTrace | undefined {
  const { startedAt, header } = start;
  const active = context.active();
  // An instrumentation of the host has read the headers, and has made the server span.
  const isNested = trace.getSpan(active) !== undefined;
  const parent = isNested ? active : propagation.extract(active, header, headers);
  const { name, attributes } = serverSpans.of(start);
  const kind = isNested ? SpanKind.INTERNAL : SpanKind.SERVER;
  const span = tracer.startSpan(name, { kind, startTime: startedAt, attributes }, parent);
  const ids = idsOf(span);
  if (ids === undefined) return undefined;
  return {
    ids,
    isRecording: span.isRecording(),
    run: (work) => context.with(trace.setSpan(parent, span), work),
    end: (event) => endRequest(span, event),
  };
}

function serverSpanStart({ method, route, scheme }: RequestStart): ServerSpanStart {
  return {
    name: `${method === '_OTHER' ? 'HTTP' : method}${route === undefined ? '' : ` ${route}`}`,
    attributes: attributesOf({ 'http.request.method': method, 'http.route': route, 'url.scheme': scheme }),
  };
}

function endRequest(span: Span, { status, operationType, operationName, code }: RequestEvent): void {
  const isFault = status >= 500;
  span.setAttributes(
    attributesOf({
      'http.response.status_code': status,
      'graphql.operation.type': operationType,
      'graphql.operation.name': operationName,
      'error.type': isFault ? String(status) : code,
    }),
  );
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function startSpan(tracer: Tracer, start: SpanStart): WorkSpan | undefined {
  const active = context.active();
  const parent = trace.getSpan(active);
  if (!parent?.isRecording()) return undefined;
  const span = tracer.startSpan(nameOf(start), optionsOf(start), active);
  return {
    run: (work) => context.with(trace.setSpan(active, span), work),
    linkActive() {
      const waiting = trace.getActiveSpan();
      if (waiting?.isRecording() && waiting !== parent) span.addLink({ context: waiting.spanContext() });
    },
    end: (end) => endSpan(span, start, end),
  };
}

function nameOf(start: SpanStart): string {
  switch (start.kind) {
    case 'clerk-call':
      return `${start.method} ${start.template}`;
    case 'redis-command':
      return 'redis';
    default:
      return start.kind;
  }
}

function optionsOf(start: SpanStart): { kind: SpanKind; attributes: Attributes } {
  switch (start.kind) {
    case 'authenticate':
      return { kind: SpanKind.INTERNAL, attributes: {} };
    case 'mint': {
      const attributes = { 'mintgate.template': start.template, 'mintgate.background': start.background };
      return { kind: SpanKind.INTERNAL, attributes };
    }
    case 'clerk-call': {
      const { method, template, serverAddress, serverPort, resendCount } = start;
      const attributes = attributesOf({
        'http.request.method': method,
        'url.template': template,
        'server.address': serverAddress,
        'server.port': serverPort,
        'http.request.resend_count': resendCount > 0 ? resendCount : undefined,
      });
      return { kind: SpanKind.CLIENT, attributes };
    }
    case 'redis-command':
      return { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'redis' } };
  }
}

function endSpan(span: Span, { kind }: SpanStart, { outcome, errorType, status, operation }: SpanEnd): void {
  if (operation !== undefined) span.updateName(operation);
  const outcomeName = kind === 'mint' ? 'mintgate.mint.outcome' : 'mintgate.outcome';
  span.setAttributes(
    attributesOf({
      [outcomeName]: outcome,
      'http.response.status_code': status,
      'db.operation.name': operation,
      'error.type': errorType,
    }),
  );
  if (errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function activeIds(): TraceIds | undefined {
  const span = trace.getSpan(context.active());
  return span && idsOf(span);
}

function idsOf(span: Span): TraceIds | undefined {
  const spanContext = span.spanContext();
  if (!isSpanContextValid(spanContext)) return undefined;
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId };
}
