import { z } from 'zod';
import { anyText, oneOf, wholeNumber } from './formats.ts';
import { defaulted, optional } from './setting.ts';

const port = wholeNumber({ unit: 'ports', least: 0, most: 65_535 }, 'expected a port from 0 to 65535');

const urlError = 'expected the http or https URL of a collector, such as http://127.0.0.1:4318';
const url = z.string().refine(isHttpUrl, { error: urlError });
const endpoint = { schema: url, fromText: url };

const exporter = oneOf(['otlp', 'none'], 'expected otlp or none; for Prometheus, set MINTGATE_METRICS_PORT');

const milliseconds = wholeNumber({ unit: 'milliseconds', least: 1, most: 3_600_000 });

/** The samplers that OpenTelemetry's specification names. */
export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const ratioError = 'expected a share of the traces from 0 to 1, such as 0.1';

/**
 * The settings of metrics and traces, which `serve` alone has. The variables that begin with `OTEL_` are those of OpenTelemetry's
 * specification; its exporters read some of them by themselves.
 */
export const telemetryTable = {
  metricsPort: optional({
    restart: 'always',
    ...port,
    variable: 'MINTGATE_METRICS_PORT',
    description: 'Port on which `serve` answers `GET /metrics` for Prometheus; `0` takes a free one.',
    defaultText: 'no metrics for Prometheus',
  }),
  metricsHost: defaulted({
    restart: 'always',
    ...anyText,
    variable: 'MINTGATE_METRICS_HOST',
    description: 'Address of that port. The port has no authentication.',
    default: '127.0.0.1',
  }),
  otlpEndpoint: optional({
    restart: 'always',
    ...endpoint,
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description:
      'URL of an OpenTelemetry collector, without `/v1/...`, to which `serve` sends metrics and traces.',
    defaultText: 'none are sent',
  }),
  otlpTracesEndpoint: optional({
    restart: 'always',
    ...endpoint,
    variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    description: 'The whole URL for traces.',
    defaultText: 'by `OTEL_EXPORTER_OTLP_ENDPOINT`',
  }),
  otlpMetricsEndpoint: optional({
    restart: 'always',
    ...endpoint,
    variable: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    description: 'The whole URL for metrics.',
    defaultText: 'by `OTEL_EXPORTER_OTLP_ENDPOINT`',
  }),
  otlpHeaders: optional({
    restart: 'always',
    ...anyText,
    variable: 'OTEL_EXPORTER_OTLP_HEADERS',
    description: 'Headers for the collector, as `name=value,name=value`, percent-encoded.',
    defaultText: 'none',
  }),
  otlpProtocol: defaulted({
    restart: 'always',
    ...oneOf(['http/protobuf'], 'expected http/protobuf, which is the only protocol that Mintgate has'),
    variable: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    description: 'Protocol of the collector. There is no other.',
    default: 'http/protobuf',
  }),
  otlpCompression: defaulted({
    restart: 'always',
    ...oneOf(['none', 'gzip'], 'expected none or gzip'),
    variable: 'OTEL_EXPORTER_OTLP_COMPRESSION',
    description: 'Compression of what is sent: `none` or `gzip`.',
    default: 'none',
  }),
  otlpTimeout: defaulted({
    restart: 'always',
    ...milliseconds,
    variable: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    description: 'Time limit of one export with its retries, in milliseconds.',
    default: 10_000,
  }),
  tracesExporter: optional({
    restart: 'always',
    ...exporter,
    variable: 'OTEL_TRACES_EXPORTER',
    description:
      '`otlp` sends traces even without an endpoint, to `http://localhost:4318`; `none` sends no traces.',
    defaultText: '`otlp` with an endpoint, else `none`',
  }),
  metricsExporter: optional({
    restart: 'always',
    ...exporter,
    variable: 'OTEL_METRICS_EXPORTER',
    description: 'The same for metrics. It does not affect `MINTGATE_METRICS_PORT`.',
    defaultText: '`otlp` with an endpoint, else `none`',
  }),
  tracesSampler: defaulted({
    restart: 'always',
    ...oneOf(samplers, `expected ${samplers.join(', ')}`),
    variable: 'OTEL_TRACES_SAMPLER',
    description:
      'Which requests are traced: `always_on`, `always_off`, `traceidratio`, or `parentbased_` and one of these, which obeys a `traceparent`.',
    default: 'parentbased_always_on',
  }),
  tracesSamplerArg: defaulted({
    restart: 'always',
    schema: z.number(),
    fromText: z
      .string()
      .regex(/^(?:0|1|0?\.\d{1,9}|[01]\.0+)$/, { error: ratioError })
      .transform(Number),
    variable: 'OTEL_TRACES_SAMPLER_ARG',
    description: 'For the samplers by `traceidratio`: the share of requests that are traced, from 0 to 1.',
    default: 1,
  }),
  metricExportInterval: defaulted({
    restart: 'always',
    ...milliseconds,
    variable: 'OTEL_METRIC_EXPORT_INTERVAL',
    description: 'Time between two exports of metrics to the collector, in milliseconds.',
    default: 60_000,
  }),
  metricsTemporality: defaulted({
    restart: 'always',
    ...oneOf(['cumulative', 'delta', 'lowmemory'], 'expected cumulative, delta or lowmemory'),
    variable: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    description:
      'Whether counts are sent since the start (`cumulative`) or since the last export (`delta`, `lowmemory`).',
    default: 'cumulative',
  }),
  serviceName: optional({
    restart: 'always',
    ...anyText,
    variable: 'OTEL_SERVICE_NAME',
    description: 'Name of the service in metrics and traces.',
    defaultText: '`mintgate`',
  }),
  resourceAttributes: optional({
    restart: 'always',
    ...anyText,
    variable: 'OTEL_RESOURCE_ATTRIBUTES',
    description:
      'Further attributes of the process, such as `deployment.environment.name=production`, separated by commas.',
    defaultText: 'name and version of the service, and a random id of the process',
  }),
};

/** The names of their environment variables. */
export const telemetryVariables: readonly string[] = Object.values(telemetryTable).map(
  ({ variable }) => variable,
);

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
