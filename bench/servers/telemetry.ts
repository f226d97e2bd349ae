// OpenTelemetry as an application sets it up, for Mintgate's option `telemetry`.
import { createServer } from 'node:http';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { listen } from './listen.ts';

/** The parts of OpenTelemetry that a server uses. */
export interface TelemetrySettings {
  /** Whether the SDK records metrics, which `metricsUrl` returns. */
  metrics?: boolean;
  /** The share of the requests whose spans the SDK records. */
  sampled?: number;
}

/** Drops what it gets: to send it is the job of an exporter, which costs the same for every server. */
const dropSpans: SpanExporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
  forceFlush: async () => {},
};

/** Starts the SDK for some signals. Without any, there is the option `telemetry` and no SDK. */
export async function startTelemetry({ metrics, sampled }: TelemetrySettings) {
  const reader = metrics ? new PrometheusExporter({ preventServerStart: true }) : undefined;
  const meterProvider = reader && new MeterProvider({ readers: [reader] });
  const metricsUrl =
    reader &&
    (await listen(createServer((request, response) => reader.getMetricsRequestHandler(request, response))));
  if (sampled !== undefined) context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const tracerProvider =
    sampled === undefined
      ? undefined
      : new TracerProvider({
          sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampled) }),
          spanProcessors: [new BatchSpanProcessor({ exporter: dropSpans })],
        });
  const providers = { ...(meterProvider && { meterProvider }), ...(tracerProvider && { tracerProvider }) };
  return { telemetry: openTelemetry(providers), metricsUrl };
}
