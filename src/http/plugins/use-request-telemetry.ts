import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { errorCodes } from '../../errors.ts';
import type { RequestEvent } from '../../telemetry/events.ts';
import { boundedMethod } from '../../telemetry/http-method.ts';
import type { Reporter } from '../../telemetry/reporter.ts';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { pathOf } from '../path.ts';
import { recordOf } from '../request-record.ts';
import { traceOf } from '../request-trace.ts';
import { routeOf } from '../route.ts';

interface RequestTelemetryOptions {
  reporter: Pick<Reporter, 'request' | 'counts'>;
  graphqlEndpoint: string;
  /** Whether operations are reported by name: only with persisted documents, because other names are the client's own. */
  namesOperations: boolean;
}

/** Returns a code of the gateway, or `_OTHER` for one that a plugin of the host has set. */
function boundedCode(code: string): string {
  return Object.hasOwn(errorCodes, code) ? code : '_OTHER';
}

/** Reports each request that GraphQL Yoga answers. It never reports a path that is not the gateway's. */
export function useRequestTelemetry(options: RequestTelemetryOptions): Plugin {
  const { reporter, graphqlEndpoint, namesOperations } = options;
  const { counts } = reporter;
  const isGraphQL = ({ method, url }: Request) => method === 'POST' && pathOf(url) === graphqlEndpoint;
  const noteOperation = ({ args }: { args: ExecutionArgs }) => {
    const { document, operationName, contextValue } = args;
    const { request } = contextValue as { request: Request };
    recordOf(request).operationType = getOperationAST(document, operationName)?.operation;
  };
  return {
    onRequest({ request, serverContext }) {
      const trace = traceOf((serverContext as { req?: object }).req ?? request);
      if (trace) recordOf(request).trace = trace;
      if (isGraphQL(request)) counts.activeRequests += 1;
    },
    onExecute: noteOperation,
    onSubscribe: noteOperation,
    onResponse({ request, response: { status } }) {
      const { startedAt, operation, operationType, codes, trace } = recordOf(request);
      const isOperation = isGraphQL(request);
      if (isOperation) counts.activeRequests -= 1;
      const event: RequestEvent = {
        method: boundedMethod(request.method),
        route: routeOf(pathOf(request.url), graphqlEndpoint),
        scheme: request.url.startsWith('https:') ? 'https' : 'http',
        status,
        durationMs: monotonicNow() - startedAt,
        ...(isOperation && { path: 'yoga' }),
        ...(operationType && { operationType }),
        ...(isOperation && namesOperations && operation !== undefined && { operationName: operation }),
        ...(codes[0] !== undefined && { code: boundedCode(codes[0]) }),
      };
      reporter.request(event);
      trace?.end(event);
    },
  };
}
