import { setTimeout as sleep } from 'node:timers/promises';
import type { IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { EnvironmentSettings } from '../../config/environment.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import type { Telemetry } from '../../opentelemetry.ts';
import { logExportErrors } from './log-export-errors.ts';
import { loadPackages } from './packages.ts';
import { startPrometheusServer } from './prometheus-server.ts';
import { createSampler } from './sampler.ts';
import { readWantedExports, type WantedExports } from './wanted-exports.ts';

/** The longest wait for the last export, in milliseconds. A collector that does not answer must not delay the end of the process. */
const maxFlushMs = 2_000;

/** Metrics and traces of this process. */
export interface RunningTelemetry {
  /** The option of `createGateway`. */
  readonly telemetry: Telemetry;
  /** The URL that Prometheus scrapes; `undefined` without a port. */
  readonly metricsUrl: string | undefined;
  /** Sends what has not been sent yet, for at most 2 s. Never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Starts OpenTelemetry's SDK for this process, if the settings ask for metrics or traces: afterwards `@opentelemetry/api` leads to it. The
 * SDK is not loaded otherwise.
 *
 * @param version - the version of Mintgate
 * @returns `undefined` when the settings ask for nothing
 * @throws ConfigurationError when a package is not installed, and when the port is in use
 */
export async function startTelemetry(
  settings: EnvironmentSettings,
  version: string,
  log: GatewayLogger,
): Promise<RunningTelemetry | undefined> {
  const wanted = readWantedExports(settings);
  if (wanted === undefined) return undefined;
  const resource = await createResource(wanted, settings, version, log);
  const tracerProvider = wanted.traces ? await startTraces(wanted, settings, resource) : undefined;
  const { meterProvider, metricsUrl } = await startMetrics(wanted, settings, resource);
  // Imported late, because it imports the API.
  const { openTelemetry } = await import('../../opentelemetry.ts');
  return {
    telemetry: openTelemetry(),
    metricsUrl,
    shutdown: () => flush([tracerProvider, meterProvider].filter((provider) => provider !== undefined)),
  };
}

type Resource = Awaited<ReturnType<typeof createResource>>;

/**
 * Creates the description of this process. Omits the SDK's default resource: its attributes contain local paths.
 */
async function createResource(
  { setting }: WantedExports,
  { serviceName }: EnvironmentSettings,
  version: string,
  log: GatewayLogger,
) {
  const [{ diag, DiagLogLevel }, { setGlobalErrorHandler }, resources] = await loadPackages(setting, () =>
    Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/resources'),
    ]),
  );
  const onError = logExportErrors(log);
  setGlobalErrorHandler(onError);
  const ignore = () => {};
  const error = (message: string) => onError({ message });
  diag.setLogger(
    { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR },
  );
  const {
    resourceFromAttributes,
    detectResources,
    serviceInstanceIdDetector,
    resourceAttributesEnvDetector,
  } = resources;
  const detectors = [serviceInstanceIdDetector, resourceAttributesEnvDetector];
  // Of two resources, the second one takes precedence.
  return resourceFromAttributes({ 'service.name': 'mintgate', 'service.version': version })
    .merge(detectResources({ detectors }))
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }));
}

async function startTraces(
  { setting }: WantedExports,
  { tracesSampler, tracesSamplerArg }: EnvironmentSettings,
  resource: Resource,
): Promise<TracerProvider> {
  const [
    { context, propagation, trace },
    { W3CTraceContextPropagator },
    contexts,
    sdk,
    { OTLPTraceExporter },
  ] = await loadPackages(setting, () =>
    Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
    ]),
  );
  // The exporter reads its OTEL_EXPORTER_OTLP_* variables by itself.
  const exporter = new OTLPTraceExporter();
  const provider = new sdk.TracerProvider({
    resource,
    sampler: createSampler(sdk, tracesSampler, tracesSamplerArg),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new contexts.AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return provider;
}

async function startMetrics(
  wanted: WantedExports,
  settings: EnvironmentSettings,
  resource: Resource,
): Promise<{ meterProvider?: MeterProvider; metricsUrl: string | undefined }> {
  const { setting, metricsPort } = wanted;
  if (!wanted.metrics && metricsPort === undefined) return { metricsUrl: undefined };
  const [{ metrics }, { MeterProvider }] = await loadPackages(setting, () =>
    Promise.all([import('@opentelemetry/api'), import('@opentelemetry/sdk-metrics')]),
  );
  const readers: IMetricReader[] = [];
  if (wanted.metrics) readers.push(await createPeriodicReader(setting, settings));
  let metricsUrl: string | undefined;
  if (metricsPort !== undefined) {
    const scraped = await startPrometheusServer(setting, metricsPort, settings.metricsHost);
    readers.push(scraped.reader);
    metricsUrl = scraped.url;
  }
  const meterProvider = new MeterProvider({ resource, readers });
  metrics.setGlobalMeterProvider(meterProvider);
  return { meterProvider, metricsUrl };
}

async function createPeriodicReader(
  setting: string,
  { metricExportInterval, otlpTimeout }: EnvironmentSettings,
): Promise<IMetricReader> {
  const [{ PeriodicExportingMetricReader }, { OTLPMetricExporter }] = await loadPackages(setting, () =>
    Promise.all([import('@opentelemetry/sdk-metrics'), import('@opentelemetry/exporter-metrics-otlp-proto')]),
  );
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: metricExportInterval,
    exportTimeoutMillis: Math.min(otlpTimeout, metricExportInterval),
  });
}

async function flush(providers: readonly (TracerProvider | MeterProvider)[]): Promise<void> {
  const ended = Promise.allSettled(providers.map((provider) => provider.shutdown()));
  await Promise.race([ended, sleep(maxFlushMs, undefined, { ref: false })]);
}
