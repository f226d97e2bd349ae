import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, test, vi } from 'vitest';
import { openTelemetry } from '../../src/opentelemetry.ts';
import { tokenQuery } from '../support/answer.ts';
import { gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import { connected, useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import {
  callersSpan,
  callersTrace,
  sampledHeaders,
  shapeOf,
  startTraces,
  unsampledHeaders,
} from '../support/traces.ts';

const world = useGateways();
const variables = { template: 'hasura' };
const clerkCall = 'POST /v1/sessions/{session_id}/tokens/{template_name}';

/** Starts a gateway whose spans are recorded. */
function start(options: Parameters<typeof world.start>[0] = {}, tracing = startTraces()) {
  const gateway = world.start({ telemetry: openTelemetry(tracing), ...options });
  return { gateway, ...tracing };
}

/** Returns the log lines with a message, parsed. */
function linesOf({ logLines }: TestGateway, message: string): Record<string, unknown>[] {
  return logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message);
}

const askBearer = async () => ({ bearer: await world.clerk.mintSessionToken('sess_ada'), variables });

describe('the trace of a request', () => {
  test('begins with the server span, which is a child of the caller, and has a span for each part of the work', async () => {
    const { gateway, spans } = start();
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables, headers: sampledHeaders });
    expect(shapeOf(spans())).toEqual([
      ['POST /graphql', SpanKind.SERVER, 'remote'],
      ['authenticate', SpanKind.INTERNAL, 'POST /graphql'],
      ['mint', SpanKind.INTERNAL, 'POST /graphql'],
      [clerkCall, SpanKind.CLIENT, 'mint'],
    ]);
    const [server] = spans().filter(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.parentSpanContext?.spanId).toBe(callersSpan);
    expect(new Set(spans().map((span) => span.spanContext().traceId))).toEqual(new Set([callersTrace]));
  });

  test('has the attributes of the conventions, and no document, argument or id', async () => {
    const { gateway, spans } = start();
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables, operationName: 'Token' });
    const { hostname, port } = new URL(world.clerk.url);
    expect(Object.fromEntries(spans().map(({ name, attributes }) => [name, attributes]))).toEqual({
      'POST /graphql': {
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'url.scheme': 'https',
        'http.response.status_code': 200,
        'graphql.operation.type': 'query',
      },
      authenticate: { 'mintgate.outcome': 'authenticated' },
      mint: {
        'mintgate.template': 'hasura',
        'mintgate.background': false,
        'mintgate.mint.outcome': 'minted',
      },
      [clerkCall]: {
        'http.request.method': 'POST',
        'url.template': '/v1/sessions/{session_id}/tokens/{template_name}',
        'server.address': hostname,
        'server.port': Number(port),
        'http.response.status_code': 200,
      },
    });
  });

  test('names the operation of a persisted document', async () => {
    const { gateway, named } = start({ persistedDocuments: { a: 'query Mine { session { id } }' } });
    await gateway.post(JSON.stringify({ documentId: 'a' }));
    expect(named('POST /graphql')[0]?.attributes['graphql.operation.name']).toBe('Mine');
  });

  test('shows a retry, and why a call has failed', async () => {
    const { gateway, named } = start();
    world.clerk.controls.answerNext({ status: 503, body: {} }, clerkCall);
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables });
    const calls = named(clerkCall).map(({ attributes, status }) => [
      attributes['http.request.resend_count'],
      attributes['error.type'],
      status.code,
    ]);
    expect(calls).toEqual([
      [undefined, '503', SpanStatusCode.ERROR],
      [1, undefined, SpanStatusCode.UNSET],
    ]);
  });

  test('shows the code of an answer with an error', async () => {
    const { gateway, named } = start();
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables: { template: 'ghost' } });
    expect(named('POST /graphql')[0]?.attributes['error.type']).toBe('TEMPLATE_NOT_FOUND');
    expect(named('mint')[0]).toMatchObject({
      attributes: { 'error.type': 'template-unknown' },
      status: { code: SpanStatusCode.ERROR },
    });
  });

  test.each([
    ['/health', 'GET', 'GET /health'],
    ['/user_ada', 'GET', 'GET'],
    ['/user_ada', 'BREW', 'HTTP'],
  ])('of %s by %s is named %s', async (path, method, name) => {
    const { gateway, spans } = start();
    await gateway.fetch(new Request(gatewayOrigin + path, { method }));
    expect(shapeOf(spans())).toEqual([[name, SpanKind.SERVER, undefined]]);
  });

  test('continues the active span of a host, whose instrumentation has made the server span', async () => {
    const { gateway, tracerProvider, spans } = start();
    await tracerProvider.getTracer('host').startActiveSpan('host', async (span) => {
      await gateway.ask('{ __typename }', { headers: sampledHeaders });
      span.end();
    });
    expect(shapeOf(spans())).toEqual([
      ['host', SpanKind.INTERNAL, undefined],
      ['POST /graphql', SpanKind.INTERNAL, 'host'],
    ]);
  });
});

describe('a single flight', () => {
  test('has one span, with links to the requests that waited', async () => {
    const { gateway, named } = start();
    const release = world.clerk.controls.hang();
    const asking = await askBearer();
    const asked = Array.from({ length: 3 }, () => gateway.ask(tokenQuery, asking));
    await vi.waitFor(() => expect(gateway.stats().waits).toBe(3));
    release();
    await Promise.all(asked);
    const [mint, ...others] = named('mint');
    expect(others).toEqual([]);
    const servers = named('POST /graphql').map((span) => span.spanContext().spanId);
    const linked = mint?.links.map(({ context: { spanId } }) => spanId) ?? [];
    expect(linked).toHaveLength(2);
    expect([...linked, mint?.parentSpanContext?.spanId].toSorted()).toEqual(servers.toSorted());
  });

  test('in the background is part of the trace of the hit that started it', async () => {
    const { gateway, named, reset } = start({ templates: { hasura: { maxCacheAge: 30 } } });
    const asking = await askBearer();
    await gateway.ask(tokenQuery, asking);
    await gateway.ask(tokenQuery, asking);
    reset();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25_000 });
    try {
      await gateway.ask(tokenQuery, { ...asking, headers: sampledHeaders });
      expect(gateway.stats().requests.fastPath).toBe(2);
      await vi.waitFor(() => expect(named('mint')).toHaveLength(1));
    } finally {
      vi.useRealTimers();
    }
    const [mint] = named('mint');
    expect(mint?.attributes['mintgate.background']).toBe(true);
    expect(mint?.parentSpanContext?.spanId).toBe(named('POST /graphql')[0]?.spanContext().spanId);
  });
});

describe('the fast path', () => {
  test('answers a sampled request like another, with a server span', async () => {
    const { gateway, named, reset } = start();
    const asking = await askBearer();
    await gateway.ask(tokenQuery, asking);
    const plain = await gateway.ask(tokenQuery, { ...asking, headers: unsampledHeaders });
    reset();
    const sampled = await gateway.ask(tokenQuery, {
      ...asking,
      headers: { ...sampledHeaders, baggage: 'a=b' },
    });
    expect(gateway.stats().requests).toEqual({ fastPath: 2, yoga: 1 });
    expect([sampled.text, [...sampled.headers]]).toEqual([plain.text, [...plain.headers]]);
    expect(named('POST /graphql')).toMatchObject([
      {
        kind: SpanKind.SERVER,
        parentSpanContext: { spanId: callersSpan },
        attributes: { 'http.response.status_code': 200, 'graphql.operation.type': 'query' },
      },
    ]);
  });

  test('records no span of an unsampled request', async () => {
    const { gateway, spans, reset } = start({}, startTraces(new AlwaysOffSampler()));
    const asking = await askBearer();
    for (let at = 0; at < 3; at += 1) await gateway.ask(tokenQuery, asking);
    expect(spans()).toEqual([]);
    reset();
    expect(gateway.stats().requests.fastPath).toBe(2);
  });
});

describe('log lines', () => {
  test('of a sampled request carry the ids of its spans, those of the audit too', async () => {
    const { gateway, named } = start();
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables, headers: sampledHeaders });
    const span_id = named('POST /graphql')[0]?.spanContext().spanId;
    expect(linesOf(gateway, 'graphql')).toMatchObject([{ trace_id: callersTrace, span_id }]);
  });

  test('of an unsampled request with traceparent carry its trace, on the fast path too', async () => {
    const { gateway } = start({}, startTraces(new AlwaysOffSampler()));
    const asking = { ...(await askBearer()), headers: unsampledHeaders };
    for (let at = 0; at < 2; at += 1) await gateway.ask(tokenQuery, asking);
    await gateway.fetch(new Request(`${gatewayOrigin}/health`, { headers: unsampledHeaders }));
    expect(gateway.stats().requests.fastPath).toBe(1);
    const lines = [...linesOf(gateway, 'graphql'), ...linesOf(gateway, 'request')];
    expect(lines.map(({ trace_id }) => trace_id)).toEqual(Array(3).fill(callersTrace));
  });

  test('carry no ids without an SDK', async () => {
    const gateway = world.start({ telemetry: openTelemetry() });
    await gateway.ask(tokenQuery, { ...(await askBearer()), headers: sampledHeaders });
    expect(linesOf(gateway, 'graphql')[0]).not.toHaveProperty('trace_id');
  });
});

describe('calls to Clerk', () => {
  /** Runs a mint, and returns the context in which its call is made. */
  async function contextOfCall(options: { propagateToClerk?: boolean } = {}) {
    const tracing = startTraces();
    const { gateway } = start({ telemetry: openTelemetry({ ...tracing, ...options }) }, tracing);
    const original = globalThis.fetch;
    const seen: { isSuppressed: boolean; propagated: Record<string, string>; spanId: string | undefined }[] =
      [];
    vi.spyOn(globalThis, 'fetch').mockImplementation((...args) => {
      const propagated = {};
      propagation.inject(context.active(), propagated);
      const spanId = trace.getActiveSpan()?.spanContext().spanId;
      seen.push({ isSuppressed: isTracingSuppressed(context.active()), propagated, spanId });
      return original(...args);
    });
    try {
      await gateway.ask(tokenQuery, { session: 'sess_ada', variables, headers: sampledHeaders });
    } finally {
      vi.restoreAllMocks();
    }
    return { seen, callSpan: tracing.named(clerkCall)[0]?.spanContext().spanId };
  }

  test('propagate nothing, and instrumentations make no spans of them', async () => {
    const { seen, callSpan } = await contextOfCall();
    expect(callSpan).toBeDefined();
    expect(seen).toEqual([{ isSuppressed: true, propagated: {}, spanId: undefined }]);
  });

  test('propagate their span where the host wants that', async () => {
    const { seen, callSpan } = await contextOfCall({ propagateToClerk: true });
    expect(seen).toMatchObject([
      { isSuppressed: false, propagated: { traceparent: `00-${callersTrace}-${callSpan}-01` } },
    ]);
  });

  test('for the key set have a span, too', async () => {
    const tracing = startTraces();
    const gateway = world.startWithoutJwtKey({ telemetry: openTelemetry(tracing) });
    await gateway.ask('{ session { id } }', { session: 'sess_ada' });
    const [call] = tracing.named('GET /v1/jwks');
    expect(call).toMatchObject({ kind: SpanKind.CLIENT, attributes: { 'http.response.status_code': 200 } });
    expect(call?.parentSpanContext?.spanId).toBe(tracing.named('authenticate')[0]?.spanContext().spanId);
  });
});

describe.skipIf(!hasRedis)(`commands to Redis${withRedis}`, () => {
  const redis = useRedis();

  test('have spans with the name of the command, without keys; those in the background have none', async () => {
    const { gateway, spans } = start({ redisUrl: redis().url });
    await connected(gateway);
    await gateway.ask(tokenQuery, { session: 'sess_ada', variables });
    const commands = spans().filter(({ attributes }) => attributes['db.system.name'] === 'redis');
    expect(commands.length).toBeGreaterThan(2);
    const mint = spans().find(({ name }) => name === 'mint');
    for (const { name, kind, attributes, parentSpanContext } of commands) {
      expect([kind, name]).toEqual([SpanKind.CLIENT, attributes['db.operation.name']]);
      expect(name).toMatch(/^[A-Z]+$/);
      expect(Object.keys(attributes).toSorted()).toEqual(['db.operation.name', 'db.system.name']);
      expect(parentSpanContext?.spanId).toBe(mint?.spanContext().spanId);
    }
    expect(new Set(commands.map(({ name }) => name))).toContain('EVAL');
  });
});
