import type { IncomingMessage } from 'node:http';
import { boundedMethod } from '../telemetry/http-method.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import type { ReadHeader, RequestStart, RequestTrace } from '../telemetry/tracing.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { keptSince } from './body/kept-body.ts';
import { isEncrypted } from './fast-path/plain-request.ts';
import { pathOf } from './path.ts';
import { routeOf } from './route.ts';

const traces = new WeakMap<object, RequestTrace>();

/** Returns the trace of a request that GraphQL Yoga answers. @param request - the request of node:http, or the `Request` of another host */
export function traceOf(request: object): RequestTrace | undefined {
  return traces.get(request);
}

/** Options of the trace of a request. */
interface TraceOptions {
  reporter: Pick<Reporter, 'isTracing' | 'startRequest'>;
  graphqlEndpoint: string;
}

/** Runs the work of GraphQL Yoga for a request of node:http in the trace of the request. */
export function traceNodeRequest<T>(options: TraceOptions, request: IncomingMessage, work: () => T): T {
  if (!options.reporter.isTracing()) return work();
  const { method = '', url = '', headers } = request;
  const header: ReadHeader = (name) => headers[name] as string | undefined;
  const scheme = isEncrypted(request) ? 'https' : 'http';
  return runInTrace(options, request, { method, url, scheme, header }, work);
}

/** Runs the work of GraphQL Yoga for a `Request` in the trace of the request. */
export function traceRequest<T>(options: TraceOptions, request: Request, work: () => T): T {
  if (!options.reporter.isTracing()) return work();
  const { method, url, headers } = request;
  const header: ReadHeader = (name) => headers.get(name) ?? undefined;
  const scheme = url.startsWith('https:') ? 'https' : 'http';
  return runInTrace(options, request, { method, url, scheme, header }, work);
}

function runInTrace<T>(
  { reporter, graphqlEndpoint }: TraceOptions,
  request: object,
  { method, url, scheme, header }: Pick<RequestStart, 'scheme' | 'header'> & { method: string; url: string },
  work: () => T,
): T {
  const trace = reporter.startRequest({
    method: boundedMethod(method),
    route: routeOf(pathOf(url), graphqlEndpoint),
    ...{ scheme, header, startedAt: keptSince(request) ?? monotonicNow() },
  });
  if (trace === undefined) return work();
  traces.set(request, trace);
  return trace.isRecording ? trace.run(work) : work();
}
