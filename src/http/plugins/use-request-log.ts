import { type GraphQLError, getOperationAST } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { GatewayLogger } from '../../logging/logger.ts';
import { keptSince } from '../body/kept-body.ts';
import { durationSince, loggedName, logOperation } from '../operation-log.ts';
import { pathOf } from '../path.ts';
import type { RequestCounts } from '../request-counts.ts';
import { recordOf } from '../request-record.ts';
import { probePaths } from './use-health.ts';

interface RequestLogOptions {
  log: GatewayLogger;
  graphqlEndpoint: string;
  /** Counts the GraphQL requests. */
  counts: RequestCounts;
}

/**
 * Logs one line per request; of a GraphQL request, and of one through another door, its operation name, outcome, duration and mints. Never
 * logs the document, its variables, a header or a path. Health checks and preflights are logged at `debug`.
 */
export function useRequestLog({
  log,
  graphqlEndpoint,
  counts,
}: RequestLogOptions): Plugin<YogaInitialContext> {
  return {
    onRequest({ request, serverContext }) {
      // Starts the clock of the request.
      recordOf(request, keptSince((serverContext as { req?: object }).req ?? request));
    },
    onValidate({ params: { documentAST }, context: { request, params } }) {
      const name = getOperationAST(documentAST, params.operationName)?.name?.value;
      if (name !== undefined) recordOf(request).operation = loggedName(name);
    },
    onResultProcess({ request, result }) {
      const errors = (result as { errors?: readonly GraphQLError[] }).errors ?? [];
      recordOf(request).codes = [...new Set(errors.map((error) => String(error.extensions?.code)))];
    },
    onResponse({ request, response: { status } }) {
      const record = recordOf(request);
      const { method } = request;
      const path = pathOf(request.url);
      if (record.door !== undefined) return logOperation(log, record, status);
      if (path === graphqlEndpoint && method === 'POST') {
        counts.yoga += 1;
        logOperation(log, record, status);
        return;
      }
      const durationMs = durationSince(record.startedAt);
      const level = probePaths.has(path) || method === 'OPTIONS' ? 'debug' : 'info';
      const { refusal, trace } = record;
      log[level]({ ...trace?.ids, method, status, durationMs, refusal }, 'request');
    },
  };
}
