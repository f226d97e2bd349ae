import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { boundedMethod } from '../../telemetry/http-method.ts';
import type { Reporter } from '../../telemetry/reporter.ts';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { endpoints } from '../endpoints.ts';
import { pathOf } from '../path.ts';
import { recordOf } from '../request-record.ts';

interface RequestTelemetryOptions {
  reporter: Pick<Reporter, 'request' | 'counts'>;
  graphqlEndpoint: string;
  /** Whether operations are reported by name: with persisted documents alone, because other names are the client's own. */
  namesOperations: boolean;
}

/** Reports each request that GraphQL Yoga answers. It never reports a path that is not the gateway's. */
export function useRequestTelemetry(options: RequestTelemetryOptions): Plugin {
  const { reporter, graphqlEndpoint, namesOperations } = options;
  const { counts } = reporter;
  const routes: ReadonlySet<string> = new Set([graphqlEndpoint, ...Object.values(endpoints)]);
  const isGraphQL = ({ method, url }: Request) => method === 'POST' && pathOf(url) === graphqlEndpoint;
  const noteOperation = ({ args }: { args: ExecutionArgs }) => {
    const { document, operationName, contextValue } = args;
    const { request } = contextValue as { request: Request };
    recordOf(request).operationType = getOperationAST(document, operationName)?.operation;
  };
  return {
    onRequest({ request }) {
      if (isGraphQL(request)) counts.activeRequests += 1;
    },
    onExecute: noteOperation,
    onSubscribe: noteOperation,
    onResponse({ request, response: { status } }) {
      const { startedAt, operation, operationType, codes } = recordOf(request);
      const path = pathOf(request.url);
      const isOperation = isGraphQL(request);
      if (isOperation) counts.activeRequests -= 1;
      reporter.request({
        method: boundedMethod(request.method),
        route: routes.has(path) ? path : undefined,
        scheme: request.url.startsWith('https:') ? 'https' : 'http',
        status,
        durationMs: monotonicNow() - startedAt,
        ...(isOperation && { path: 'yoga' }),
        ...(operationType && { operationType }),
        ...(namesOperations && operation !== undefined && { operationName: operation }),
        ...(codes[0] !== undefined && { code: codes[0] }),
      });
    },
  };
}
