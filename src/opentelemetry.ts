import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  createMetrics,
  type Metrics,
  recordClerkCall,
  recordMint,
  recordQueueWait,
  recordRequest,
  recordRevocation,
} from './opentelemetry/metrics.ts';
import { createTracing } from './opentelemetry/traces.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export type { Telemetry } from './telemetry/telemetry.ts';

/** The options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** Makes the meter. @default the global one, as it is when the first gateway is created */
  meterProvider?: MeterProvider;
  /** Makes the tracer. @default the global one */
  tracerProvider?: TracerProvider;
  /**
   * Run calls to Clerk in the context of their spans, so that an instrumentation of `fetch` sends `traceparent` to Clerk. Otherwise nothing is
   * propagated to Clerk, and such an instrumentation makes no spans of these calls.
   * @default false
   */
  propagateToClerk?: boolean;
}

/** The name of the meter and the tracer. */
const scope = 'mintgate';

/**
 * Creates the telemetry of gateways for OpenTelemetry, for the option `telemetry` of `createGateway`. It needs an SDK that is registered before the gateway is
 * created; without one, it costs next to nothing. One may serve several gateways: their values are added up.
 *
 * @param options - see `OpenTelemetryOptions`
 *
 * @example
 * const gateway = createGateway({ ...options, telemetry: openTelemetry() });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  let created: Metrics | undefined;
  // Not at once: the API has no instruments that begin to record when an SDK is registered later.
  const instruments = (): Metrics => {
    created ??= createMetrics((options.meterProvider ?? metrics).getMeter(scope));
    return created;
  };
  const tracing = createTracing({
    tracer: (options.tracerProvider ?? trace).getTracer(scope),
    propagateToClerk: options.propagateToClerk ?? false,
  });
  return {
    ...tracing,
    observe(gateway, read) {
      const { gateways } = instruments();
      gateways.set(gateway, read);
      return () => void gateways.delete(gateway);
    },
    recordRequest: (event) => recordRequest(instruments(), event),
    recordMint: (event) => recordMint(instruments(), event),
    recordQueueWait: (milliseconds) => recordQueueWait(instruments(), milliseconds),
    recordClerkCall: (event) => recordClerkCall(instruments(), event),
    recordRevocation: (event) => recordRevocation(instruments(), event),
  };
}
