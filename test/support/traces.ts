import { context, propagation, type SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { onTestFinished } from 'vitest';

/** The ids of a caller's trace. */
export const callersTrace = '0af7651916cd43dd8448eb211c80319c';
export const callersSpan = 'b7ad6b7169203331';

/** The headers of a caller that propagates its trace. */
export const sampledHeaders = { traceparent: `00-${callersTrace}-${callersSpan}-01`, tracestate: 'a=b' };
export const unsampledHeaders = { ...sampledHeaders, traceparent: `00-${callersTrace}-${callersSpan}-00` };

/**
 * Starts the real SDK for traces until the test ends: context manager, propagation and a tracer.
 *
 * @param root - samples requests without a sampled or unsampled parent. @default all of them
 */
export function startTraces(root: Sampler = new AlwaysOnSampler()) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  onTestFinished(() => {
    for (const api of [context, propagation, trace]) api.disable();
  });
  return {
    tracerProvider,
    /** Returns the spans that have ended, in the order in which they have. */
    spans: (): ReadableSpan[] => exporter.getFinishedSpans(),
    /** Returns the spans with a name. */
    named: (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name),
    reset: () => exporter.reset(),
  };
}

/** Returns name, kind and the name of the parent of each span, the first to begin first. */
export function shapeOf(spans: readonly ReadableSpan[]): [string, SpanKind, string | undefined][] {
  const nameOf = (id: string | undefined) =>
    spans.find((span) => span.spanContext().spanId === id)?.name ?? (id && 'remote');
  return spans
    .toSorted((one, other) => timeOf(one) - timeOf(other))
    .map((span) => [span.name, span.kind, nameOf(span.parentSpanContext?.spanId)]);
}

function timeOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e9 + nanoseconds;
}
