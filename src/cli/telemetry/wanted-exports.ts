import type { EnvironmentSettings } from '../../config/environment.ts';

/** The exports of metrics and traces that the settings ask for. */
export interface WantedExports {
  /** The port for Prometheus; `undefined` for none. */
  readonly metricsPort: number | undefined;
  /** Whether metrics go to a collector. */
  readonly metrics: boolean;
  /** Whether traces go to a collector. */
  readonly traces: boolean;
  /** The setting that asks for this, for messages. */
  readonly setting: string;
}

type TelemetrySettings = Pick<
  EnvironmentSettings,
  | 'metricsPort'
  | 'otlpEndpoint'
  | 'otlpTracesEndpoint'
  | 'otlpMetricsEndpoint'
  | 'tracesExporter'
  | 'metricsExporter'
>;

/** Returns the exports that the settings ask for; `undefined` for none. */
export function readWantedExports(settings: TelemetrySettings): WantedExports | undefined {
  const { metricsPort, otlpEndpoint, otlpTracesEndpoint, otlpMetricsEndpoint } = settings;
  const exporterOf = (endpoint: string | undefined) =>
    (endpoint ?? otlpEndpoint) === undefined ? 'none' : 'otlp';
  const metrics = (settings.metricsExporter ?? exporterOf(otlpMetricsEndpoint)) === 'otlp';
  const traces = (settings.tracesExporter ?? exporterOf(otlpTracesEndpoint)) === 'otlp';
  const setting = [
    ...(metricsPort === undefined ? [] : ['MINTGATE_METRICS_PORT']),
    ...(metrics || traces ? ['OTEL_*'] : []),
  ].join(', ');
  return setting === '' ? undefined : { metricsPort, metrics, traces, setting };
}
