import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../../src/client/generated/graphql.ts';
import { telemetryVariables } from '../../../src/config/telemetry-variables.ts';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';
import { startCommand } from '../../support/command.ts';
import { type OtlpExport, type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { postOperation } from '../../support/post.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

/** The variables that a test has set: each listed one must be among them. */
const tried = new Set<string>();

async function startServe(env: Record<string, string>) {
  for (const name of Object.keys(env)) tried.add(name);
  const command = await startCommand(['serve'], {
    env: {
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_API_URL: clerk.url,
      CLERK_AUTHORIZED_PARTIES: 'any',
      MINTGATE_TEMPLATES: 'hasura',
      ...{ HOST: '127.0.0.1', PORT: '0', MINTGATE_SHUTDOWN_DELAY_MS: '0' },
      ...env,
    },
  });
  const [, url = ''] = await command.seen(/"url":"([^"]+)"/);
  return {
    ...command,
    ask: async (headers: Record<string, string> = {}) => {
      const token = await clerk.mintSessionToken('sess_ada');
      const answer = await postOperation(url, SessionTokenDocument, {
        ...{ variables: { template: 'hasura' }, token, headers },
      });
      expect(answer.codes).toEqual([]);
    },
    /** Ends the process, which first sends what is left. */
    stop: async () => {
      command.child.kill('SIGTERM');
      expect(await command.ended).toBe(0);
    },
  };
}

const isTrace = ({ path }: OtlpExport) => path.includes('traces');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = (flags: '00' | '01') => ({ traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` });
const traceIdsOf = ({ exports }: OtlpReceiver) => new Set(exports.flatMap(({ traceIds }) => traceIds));

describe('mintgate serve with a collector', () => {
  test('sends metrics and traces with the headers, the compression and the names of the variables', async () => {
    const receiver = await startOtlpReceiver();
    const { ask, stop } = await startServe({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme,x-key=a%20b',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      OTEL_SERVICE_NAME: 'tokens',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.name=overridden',
    });
    await ask();
    // Long before the default of a minute, and before the end of the process.
    await expect.poll(() => receiver.exports.flatMap(({ names }) => names)).toContain('mintgate.mints');
    await stop();
    expect(new Set(receiver.exports.map(({ path }) => path))).toEqual(new Set(['/v1/metrics', '/v1/traces']));
    for (const { headers, resource } of receiver.exports) {
      expect(headers).toMatchObject({ 'x-tenant': 'acme', 'x-key': 'a b', 'content-encoding': 'gzip' });
      expect(resource).toEqual({
        'service.name': 'tokens',
        'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
        'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'deployment.environment.name': 'staging',
      });
    }
    const temporality = Object.assign({}, ...receiver.exports.map((each) => each.temporality));
    expect(temporality).toMatchObject({ 'mintgate.mints': 'delta' });
    expect(receiver.exports.filter(isTrace).flatMap(({ names }) => names).length).toBeGreaterThan(0);
  });

  test('sends traces alone to an endpoint for traces, and obeys the sampler', async () => {
    const receiver = await startOtlpReceiver();
    const { ask, stop } = await startServe({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/my/traces`,
      ...{
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-tenant=traces',
      },
      ...{ OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip' },
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await ask();
    await ask(traceparent('00'));
    await ask(traceparent('01'));
    await stop();
    expect(new Set(receiver.exports.map(({ path }) => path))).toEqual(new Set(['/my/traces']));
    expect(traceIdsOf(receiver)).toEqual(new Set([traceId]));
    for (const { headers } of receiver.exports)
      expect(headers).toMatchObject({ 'x-tenant': 'traces', 'content-encoding': 'gzip' });
  });

  test('sends metrics alone to an endpoint for metrics, at the end at the latest', async () => {
    const receiver = await startOtlpReceiver();
    const { ask, stop } = await startServe({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/my/metrics`,
    });
    await ask();
    await stop();
    expect(receiver.exports.map(({ path }) => path)).toEqual(['/my/metrics']);
    expect(receiver.exports[0]?.names).toContain('mintgate.mints');
    expect(receiver.exports[0]?.temporality).toMatchObject({ 'mintgate.mints': 'cumulative' });
  });

  test.each([
    ['OTEL_TRACES_EXPORTER', '/v1/metrics'],
    ['OTEL_METRICS_EXPORTER', '/v1/traces'],
  ])('%s=none sends no more than the other signal', async (name, path) => {
    const receiver = await startOtlpReceiver();
    const { ask, stop } = await startServe({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, [name]: 'none' });
    await ask();
    await stop();
    expect(receiver.exports.map((each) => each.path)).toEqual([path]);
  });

  test('a collector that does not answer delays no request and not the end, and is logged by its code', async () => {
    const receiver = await startOtlpReceiver({ answers: false });
    const { ask, stop, output } = await startServe({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '300',
    });
    await ask();
    await expect.poll(() => output.stdout).toContain('metrics or traces could not be exported');
    await ask();
    await stop();
    await sleep(0);
    const lines = output.stdout.split('\n').filter((line) => line.includes('could not be exported'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, why: expect.stringMatching(/^[\w ]+$/) });
  });

  test('every variable that the documentation lists is tried here', () => {
    const listed = telemetryVariables.filter((name) => name.startsWith('OTEL_'));
    expect(listed.filter((name) => !tried.has(name))).toEqual([]);
  });
});
