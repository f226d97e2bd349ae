import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTelemetry } from '../../../src/opentelemetry.ts';
import { tokenQuery } from '../../support/answer.ts';
import { gatewayOrigin, useGateways } from '../../support/gateway.ts';
import { seriesOf, startMetrics } from '../../support/metrics.ts';

const world = useGateways();
const variables = { template: 'hasura' };

let published: Record<string, unknown>[] = [];
const listener = (message: unknown) => void published.push(message as Record<string, unknown>);
beforeEach(() => {
  published = [];
  subscribe('mintgate:request', listener);
});
afterEach(() => void unsubscribe('mintgate:request', listener));

describe('the channel mintgate:request', () => {
  test('tells the operation and its error, and no text of the client', async () => {
    const gateway = world.start();
    await gateway.ask('query Mine { session { id } }', { session: 'sess_ada', operationName: 'Mine' });
    await gateway.ask('{ sessionToken(template: "nothing") { jwt } }', { session: 'sess_ada' });
    await gateway.ask('{ nothing }', { session: 'sess_ada' });
    const common = { gateway: expect.stringMatching(/^gateway-\d+$/), method: 'POST', route: '/graphql' };
    const durationMs = expect.any(Number);
    const all = { ...common, scheme: 'https', durationMs, path: 'yoga' };
    expect(published).toEqual([
      { ...all, status: 200, operationType: 'query' },
      { ...all, status: 200, operationType: 'query', code: 'TEMPLATE_NOT_FOUND' },
      { ...all, status: 200, code: 'GRAPHQL_VALIDATION_FAILED' },
    ]);
  });

  test('tells of the fast path, too', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    for (let at = 0; at < 2; at += 1) await gateway.ask(tokenQuery, { bearer, variables });
    expect(published.map(({ path, status }) => [path, status])).toEqual([
      ['yoga', 200],
      ['fast', 200],
    ]);
  });

  test('names operations of persisted documents', async () => {
    const gateway = world.start({ persistedDocuments: { 'sha256:a': 'query Mine { session { id } }' } });
    await gateway.post(JSON.stringify({ documentId: 'sha256:a' }));
    expect(published).toMatchObject([{ operationName: 'Mine', operationType: 'query' }]);
  });

  test('names no path that is not one of the gateway, and no method that HTTP does not define', async () => {
    const gateway = world.start();
    for (const [method, path] of [
      ['GET', '/health'],
      ['GET', '/user_ada'],
      ['BREW', '/graphql'],
    ] as const)
      await gateway.fetch(new Request(gatewayOrigin + path, { method }));
    expect(published.map(({ method, route, path }) => [method, route, path])).toEqual([
      ['GET', '/health', undefined],
      ['GET', undefined, undefined],
      ['_OTHER', '/graphql', undefined],
    ]);
  });
});

describe('active requests', () => {
  test('are counted while GraphQL Yoga works, and never after it', async () => {
    const { meterProvider, collect } = startMetrics();
    const gateway = world.start({ telemetry: openTelemetry({ meterProvider }) });
    const active = async () => seriesOf(await collect(), 'graphql.server.active_requests')[0]?.value;
    const release = world.clerk.controls.hang();
    const asked = gateway.ask(tokenQuery, { session: 'sess_ada', variables });
    await expect.poll(active).toBe(1);
    release();
    await asked;
    expect(await active()).toBe(0);
  });

  test('end with a client that has gone', async () => {
    const { meterProvider, collect } = startMetrics();
    const gateway = world.start({ telemetry: openTelemetry({ meterProvider }), deadline: 300 });
    const active = async () => seriesOf(await collect(), 'graphql.server.active_requests')[0]?.value;
    const release = world.clerk.controls.hang();
    const client = new AbortController();
    const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
    const request = new Request(`${gatewayOrigin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: tokenQuery, variables }),
      signal: client.signal,
    });
    const answer = gateway.fetch(request).catch(() => {});
    await expect.poll(active).toBe(1);
    client.abort();
    await answer;
    release();
    await expect.poll(active).toBe(0);
  });
});
