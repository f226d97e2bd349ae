import { expect, test } from 'vitest';
import { readWantedExports } from '../../../src/cli/telemetry/wanted-exports.ts';
import { readEnvironment } from '../../../src/config/environment.ts';

const read = (env: Record<string, string>) => readWantedExports(readEnvironment(env));
const endpoint = 'http://127.0.0.1:4318';

test('nothing is exported unless a setting asks for it', () => {
  expect(read({})).toBeUndefined();
  expect(read({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' })).toBeUndefined();
  expect(
    read({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }),
  ).toBeUndefined();
});

test.each<[string, Record<string, string>, object]>([
  ['a port', { MINTGATE_METRICS_PORT: '0' }, { metricsPort: 0, metrics: false, traces: false }],
  ['an endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, { metrics: true, traces: true }],
  [
    'an endpoint of traces',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint },
    { metrics: false, traces: true },
  ],
  [
    'an endpoint of metrics',
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint },
    { metrics: true, traces: false },
  ],
  ['an exporter of traces', { OTEL_TRACES_EXPORTER: 'otlp' }, { metrics: false, traces: true }],
  ['an exporter of metrics', { OTEL_METRICS_EXPORTER: 'otlp' }, { metrics: true, traces: false }],
  [
    'an endpoint without traces',
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: 'none' },
    { metrics: true, traces: false },
  ],
])('%s turns on what it is for', (_what, env, expected) => {
  expect(read(env)).toMatchObject(expected);
});

test('the setting is named as the user knows it', () => {
  expect(read({ MINTGATE_METRICS_PORT: '9464' })?.setting).toBe('MINTGATE_METRICS_PORT');
  const both = { MINTGATE_METRICS_PORT: '9464', OTEL_TRACES_EXPORTER: 'otlp' };
  expect(read(both)?.setting).toBe('MINTGATE_METRICS_PORT, OTEL_*');
});
