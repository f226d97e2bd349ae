import { type GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayLogger } from '../log.ts';
import { scrub } from '../scrub.ts';
import { pathOf } from './path.ts';
import { recordOf } from './request-record.ts';

export interface RequestLogOptions {
  log: GatewayLogger;
  graphqlEndpoint: string;
}

/** Longest operation name that is logged. */
const maxNameLength = 64;

/**
 * One line per GraphQL request: operation name, outcome, duration, mints. Never the document, its variables or any
 * header. Requests to other paths are logged at `debug`.
 */
export function useRequestLog({ log, graphqlEndpoint }: RequestLogOptions): Plugin {
  return {
    onRequest({ request }) {
      recordOf(request);
    },
    onExecute({ args }) {
      const name = getOperationAST(args.document, args.operationName)?.name?.value;
      if (name !== undefined)
        recordOf(args.contextValue.request).operation = scrub(name).slice(0, maxNameLength);
    },
    onResultProcess({ request, result }) {
      const errors = (result as { errors?: readonly GraphQLError[] }).errors ?? [];
      recordOf(request).codes = [...new Set(errors.map((error) => String(error.extensions?.code)))];
    },
    onResponse({ request, response }) {
      const { startedAt, operation, mints, refusal, codes } = recordOf(request);
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      const path = pathOf(request.url);
      if (path !== graphqlEndpoint || request.method !== 'POST') {
        log.debug({ method: request.method, status: response.status, durationMs }, 'request');
        return;
      }
      const outcome = codes.length > 0 ? codes.join(',') : response.ok ? 'OK' : 'BAD_REQUEST';
      log.info({ operation, outcome, status: response.status, durationMs, mints, refusal }, 'graphql');
    },
  };
}
