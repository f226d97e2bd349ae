import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { keepBody } from '../../src/http/body/kept-body.ts';
import { traceNodeRequest, traceOf, traceRequest } from '../../src/http/request-trace.ts';
import type { RequestStart, RequestTrace } from '../../src/telemetry/tracing.ts';

/** Starts a tracer that collects the requests that begin. */
function start({ isRecording = true, isTracing = true, isTraced = true } = {}) {
  const started: RequestStart[] = [];
  let runs = 0;
  const trace: RequestTrace = {
    ids: { trace_id: 'a', span_id: 'b' },
    isRecording,
    run(work) {
      runs += 1;
      return work();
    },
    end: () => {},
  };
  const startRequest = (request: RequestStart) => {
    started.push(request);
    return isTraced ? trace : undefined;
  };
  return {
    options: { reporter: { isTracing: () => isTracing, startRequest }, graphqlEndpoint: '/graphql' },
    ...{ trace, started, runs: () => runs },
  };
}

const aRequest = (url = 'https://tokens.example.com/graphql?x=1') =>
  new Request(url, { method: 'POST', headers: { traceparent: 'from the caller' } });

test('a recorded request runs in its trace, and is found again', () => {
  const { options, trace, started, runs } = start();
  const request = aRequest();
  keepBody(request, { text: '{}', startedAt: 5 });
  expect(traceRequest(options, request, () => 'done')).toBe('done');
  expect([traceOf(request), runs()]).toEqual([trace, 1]);
  const [{ header, ...rest } = { header: () => 'none' }] = started;
  expect(rest).toEqual({ method: 'POST', route: '/graphql', scheme: 'https', startedAt: 5 });
  expect([header('traceparent'), header('tracestate')]).toEqual(['from the caller', undefined]);
});

test('an unrecorded request is found again, but does not run in its trace', () => {
  const { options, trace, runs } = start({ isRecording: false });
  const request = aRequest();
  expect(traceRequest(options, request, () => 'done')).toBe('done');
  expect([traceOf(request), runs()]).toEqual([trace, 0]);
});

test('a request that belongs to no trace just runs, and without telemetry nothing is started', () => {
  for (const differences of [{ isTraced: false }, { isTracing: false }]) {
    const { options, started } = start(differences);
    const request = aRequest();
    expect(traceRequest(options, request, () => 'done')).toBe('done');
    expect(traceOf(request)).toBeUndefined();
    expect(started).toHaveLength(differences.isTracing === false ? 0 : 1);
  }
});

test('a request of node:http runs in its trace', async () => {
  const { options, trace, started } = start();
  let seen: IncomingMessage | undefined;
  const server = createServer((request, response) =>
    traceNodeRequest(options, request, () => {
      seen = request;
      response.end();
    }),
  );
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = { port, host: '127.0.0.1', path: '/user_ada', headers: { traceparent: 'x' } };
  await new Promise((resolve) => get(target, (answer) => answer.resume().on('end', resolve)));
  expect(traceOf(seen ?? {})).toBe(trace);
  expect(started).toMatchObject([{ method: 'GET', route: undefined, scheme: 'http' }]);
  expect(started[0]?.header('traceparent')).toBe('x');
});
