import { expect, test } from 'vitest';
import { commandTable } from '../../src/config/command-table.ts';
import type { ConfigurationError } from '../../src/config/configuration-error.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { telemetryTable, telemetryVariables } from '../../src/config/telemetry-variables.ts';

test('the settings of metrics and traces are settings of the command', () => {
  expect(commandTable).toMatchObject(telemetryTable);
  expect(telemetryVariables).toContain('MINTGATE_METRICS_PORT');
});

test('without variables, nothing is exported, and everything else has the defaults of OpenTelemetry', () => {
  const settings = Object.entries(readEnvironment({})).filter(([name]) => name in telemetryTable);
  expect(Object.fromEntries(settings)).toEqual({
    metricsPort: undefined,
    metricsHost: '127.0.0.1',
    ...{ otlpEndpoint: undefined, otlpTracesEndpoint: undefined, otlpMetricsEndpoint: undefined },
    ...{
      otlpHeaders: undefined,
      otlpProtocol: 'http/protobuf',
      otlpCompression: 'none',
      otlpTimeout: 10_000,
    },
    ...{ tracesExporter: undefined, metricsExporter: undefined },
    ...{ tracesSampler: 'parentbased_always_on', tracesSamplerArg: 1 },
    ...{ metricExportInterval: 60_000, metricsTemporality: 'cumulative' },
    ...{ serviceName: undefined, resourceAttributes: undefined },
  });
});

test('metrics stay on this machine unless an address is named', () => {
  expect(readEnvironment({ MINTGATE_METRICS_PORT: '9464' })).toMatchObject({
    metricsPort: 9464,
    metricsHost: '127.0.0.1',
  });
});

function problemsOf(env: Record<string, string>): object[] {
  try {
    readEnvironment(env);
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems.map((problem) => {
      const [name, ...rest] = problem.split(': ');
      return { name, text: rest.join(': ') };
    });
  }
}

test.each([
  ['MINTGATE_METRICS_PORT', 'x', 'expected a port from 0 to 65535'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /^expected the http or https URL of a collector/],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /^expected http\/protobuf/],
  ['OTEL_METRICS_EXPORTER', 'prometheus', 'expected otlp or none; for Prometheus, set MINTGATE_METRICS_PORT'],
  ['OTEL_TRACES_EXPORTER', 'console', /^expected otlp or none/],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', /^expected always_on, /],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'expected a share of the traces from 0 to 1, such as 0.1'],
  ['OTEL_TRACES_SAMPLER_ARG', '10%', 'expected a share of the traces from 0 to 1, such as 0.1'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', 'expected none or gzip'],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'sum', 'expected cumulative, delta or lowmemory'],
])('%s=%s is refused with what is expected', (name, value, expected) => {
  const text = typeof expected === 'string' ? expected : expect.stringMatching(expected);
  expect(problemsOf({ [name]: value })).toEqual([{ name, text }]);
});

test.each(['0', '1', '0.1', '.25', '1.0', '0.000000001'])('OTEL_TRACES_SAMPLER_ARG may be %s', (text) => {
  expect(readEnvironment({ OTEL_TRACES_SAMPLER_ARG: text }).tracesSamplerArg).toBe(Number(text));
});
