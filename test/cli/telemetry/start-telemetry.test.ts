import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTelemetry } from '../../../src/cli/telemetry/start-telemetry.ts';
import { SessionTokenDocument } from '../../../src/client/generated/graphql.ts';
import { readEnvironment } from '../../../src/config/environment.ts';
import { type LocalClerk, startLocalClerk } from '../../../src/local-clerk/index.ts';
import { leaksIn } from '../../leaks/forbidden.ts';
import { runCommand, startCommand } from '../../support/command.ts';
import { postOperation } from '../../support/post.ts';

let clerk: LocalClerk;
beforeAll(async () => {
  clerk = await startLocalClerk();
});
afterAll(() => clerk.close());

const settings = (more: Record<string, string>) => ({
  CLERK_SECRET_KEY: clerk.secretKey,
  CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
  CLERK_API_URL: clerk.url,
  CLERK_AUTHORIZED_PARTIES: 'any',
  MINTGATE_TEMPLATES: 'hasura',
  ...{ HOST: '127.0.0.1', PORT: '0', MINTGATE_SHUTDOWN_DELAY_MS: '0' },
  ...more,
});

/** Makes every package of OpenTelemetry missing, as for a user who has not installed any. */
const withoutPackages = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@opentelemetry/')) return next(specifier, context);
      throw Object.assign(new Error('no ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });`)}`;

test('nothing starts unless a setting asks for it', async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  expect(await startTelemetry(readEnvironment({}), '1.0.0', log)).toBeUndefined();
});

test('MINTGATE_METRICS_PORT opens a port with the metrics of the gateway, and no path of this machine', async () => {
  const { seen, output } = await startCommand(['serve'], { env: settings({ MINTGATE_METRICS_PORT: '0' }) });
  const [, url = ''] = await seen(/"url":"([^"]+)"/);
  const [, metricsUrl = ''] = await seen(/"metricsUrl":"([^"]+)"/);
  expect(new URL(metricsUrl)).toMatchObject({ hostname: '127.0.0.1', pathname: '/metrics' });
  const token = await clerk.mintSessionToken('sess_ada');
  await postOperation(url, SessionTokenDocument, { variables: { template: 'hasura' }, token });
  const metrics = await (await fetch(metricsUrl)).text();
  const [, labels = ''] = /^target_info\{(.*)\} 1$/m.exec(metrics) ?? [];
  expect(labels.split(',').sort()).toEqual([
    expect.stringMatching(/^service_instance_id="[0-9a-f-]{36}"$/),
    'service_name="mintgate"',
    expect.stringMatching(/^service_version="\d+\.\d+\.\d+"$/),
  ]);
  expect(metrics).toMatch(
    /^mintgate_mints_total\{mintgate_template="hasura",mintgate_mint_outcome="minted"\} 1$/m,
  );
  expect(metrics).not.toMatch(/\/(?:home|root|tmp|usr|work)\b|node_modules|process_/);
  expect(leaksIn(metrics)).toEqual([]);
  // GraphQL is not served there, nor metrics on the other port.
  const statuses = [new URL('/graphql', metricsUrl), new URL('/metrics', url)].map(
    async (each) => (await fetch(each)).status,
  );
  expect(await Promise.all(statuses)).toEqual([404, 404]);
  expect(output.stderr).toBe('');
});

test('a port of metrics that is in use is an error that names the setting', async () => {
  const port = await busyPort();
  const env = settings({ MINTGATE_METRICS_PORT: port });
  const { code, stderr } = await runCommand(['serve'], { env });
  expect([code, stderr]).toEqual([
    1,
    `mintgate: MINTGATE_METRICS_PORT: ${port} is in use: set MINTGATE_METRICS_PORT to another port, or to 0 for a free one\n`,
  ]);
});

test('the port of metrics does not keep a process alive that cannot serve', async () => {
  const env = settings({ MINTGATE_METRICS_PORT: '0', PORT: await busyPort() });
  const { code, stderr } = await runCommand(['serve'], { env });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^mintgate: PORT: \d+ is in use/)]);
});

/** Takes a port of loopback until the test ends. */
async function busyPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

test.each([
  { MINTGATE_METRICS_PORT: '0' },
  { OTEL_TRACES_EXPORTER: 'otlp' },
  { OTEL_METRICS_EXPORTER: 'otlp' },
])('without its packages, %j is an error with the line that installs them', async (asked) => {
  const env = settings({ ...asked, NODE_OPTIONS: `--import=${withoutPackages}` } as Record<string, string>);
  const { code, stderr } = await runCommand(['serve'], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^mintgate: (?:MINTGATE_METRICS_PORT|OTEL_\*): OpenTelemetry's packages are not installed: run npm install @opentelemetry\/api@1\.\d+\.\d+ .*\n$/,
  );
});

test('without its packages, serve starts as long as no setting asks for them', async () => {
  const { seen } = await startCommand(['serve'], {
    env: settings({ NODE_OPTIONS: `--import=${withoutPackages}` }),
  });
  await seen(/mintgate is listening/);
});
