import { expect, test } from 'vitest';
import type { GatewayLogger } from '../../../src/index.ts';
import { gatewayOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';

const world = useGateways({ bothWays: true });
const debug = 20;
const info = 30;

/** Returns the log lines about requests. */
const linesOf = ({ logLines }: TestGateway) =>
  logLines
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'graphql' || msg === 'request')
    .map(({ time: _time, pid: _pid, hostname: _hostname, ...fields }) => fields);

test('a GraphQL request is one line with operation, outcome, status, duration and mints', async () => {
  const gateway = world.start();
  await gateway.ask('query Mine { sessionToken(template: "minimal") { jwt } }', { session: 'sess_ada' });
  const durationMs = expect.any(Number);
  expect(linesOf(gateway)).toEqual([
    { level: info, msg: 'graphql', operation: 'Mine', outcome: 'OK', status: 200, durationMs, mints: 1 },
  ]);
});

test('the outcome of a refused request is its codes, each once, and the reason is in the line', async () => {
  const gateway = world.start();
  await gateway.ask('{ a: sessionToken(template: "minimal") { jwt } b: session { id } }', { bearer: 'x' });
  await gateway.ask(
    '{ a: sessionToken(template: "other") { jwt } b: sessionToken(template: "/") { jwt } c: sessionToken(template: "other") { jwt } }',
    { session: 'sess_ada' },
  );
  await gateway.post('{');
  expect(linesOf(gateway)).toMatchObject([
    { outcome: 'UNAUTHENTICATED', status: 200, refusal: 'not a JWT with a readable header' },
    { outcome: expect.stringMatching(/^(?=.*TEMPLATE_NOT_FOUND)(?=.*BAD_USER_INPUT)\w+,\w+$/) },
    { outcome: 'BAD_REQUEST', status: 400 },
  ]);
});

test.each<[string, string, string, number]>([
  ['a probe', '/health', 'GET', debug],
  ['a probe', '/ready?x', 'GET', debug],
  ['a preflight', '/graphql', 'OPTIONS', debug],
  ['a GET', '/graphql?query=secret', 'GET', info],
  ['another path', '/secret', 'POST', info],
])('%s (%s) is logged without its path, %s at level %i', async (_what, path, method, level) => {
  const gateway = world.start();
  await gateway.fetch(new Request(gatewayOrigin + path, { method }));
  const lines = linesOf(gateway);
  expect(lines).toEqual([
    { level, msg: 'request', method, status: expect.any(Number), durationMs: expect.any(Number) },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('X06 the logged name of an operation has no token or key, for a logger of the host, too', async () => {
  const logged: object[] = [];
  const note = (fields: object) => void logged.push(fields);
  const logger = { debug: note, info: note, warn: note, error: note } as unknown as GatewayLogger;
  const gateway = world.start({ logger });
  const name = `${'a'.repeat(40)}${world.clerk.secretKey}`;
  await gateway.ask(`query ${name} { session { id } }`, { session: 'sess_ada' });
  await gateway.ask(`query ${'b'.repeat(100)} { session { id } }`, { session: 'sess_ada' });
  await gateway.ask('query Refused { nothing }');
  await gateway.ask('query A { session { id } } query B { session { id } }', { operationName: 'B' });
  const operations = logged.map((fields) => (fields as { operation?: string }).operation);
  expect(operations).toEqual([`${'a'.repeat(40)}[redacted]`, 'b'.repeat(64), 'Refused', 'B']);
});
