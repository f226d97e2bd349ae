import { type GraphQLError, getOperationAST } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { GatewayLogger } from '../../logging/logger.ts';
import { redactSecrets } from '../../logging/redact-secrets.ts';
import { keptSince } from '../body/kept-body.ts';
import { durationSince, logOperation } from '../operation-log.ts';
import { pathOf } from '../path.ts';
import type { RequestCounts } from '../request-counts.ts';
import { type RequestRecord, recordOf } from '../request-record.ts';
import { probePaths } from './use-health.ts';

interface RequestLogOptions {
  log: GatewayLogger;
  graphqlEndpoint: string;
  /** Counts the GraphQL requests. */
  counts: RequestCounts;
}

/** Longest operation name that is logged, in characters. */
const maxNameLength = 64;

/**
 * Logs one line per request; of a GraphQL request its operation name, outcome, duration and mints, of a request to the coprocessor the
 * subgraph, outcome, duration and mints. Never logs the document, its variables, a header or a path. Health checks and preflights are logged at `debug`.
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
      if (name !== undefined) recordOf(request).operation = redactSecrets(name).slice(0, maxNameLength);
    },
    onResultProcess({ request, result }) {
      const errors = (result as { errors?: readonly GraphQLError[] }).errors ?? [];
      recordOf(request).codes = [...new Set(errors.map((error) => String(error.extensions?.code)))];
    },
    onResponse({ request, response: { status } }) {
      const record = recordOf(request);
      const { method } = request;
      const path = pathOf(request.url);
      if (path === graphqlEndpoint && method === 'POST') {
        counts.yoga += 1;
        logOperation(log, record, status);
        return;
      }
      const durationMs = durationSince(record.startedAt);
      const level = probePaths.has(path) || method === 'OPTIONS' ? 'debug' : 'info';
      const fields = { method, status, durationMs, ...tokenFields(record), refusal: record.refusal };
      log[level]({ ...record.trace?.ids, ...fields }, 'request');
    },
  };
}

/** Returns the fields of a request for the token of a subgraph. */
function tokenFields({ subgraph, codes, mints }: RequestRecord) {
  return subgraph === undefined ? {} : { subgraph, outcome: codes[0] ?? 'OK', mints };
}
