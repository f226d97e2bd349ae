import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { readCredentials, reliesOnCookies } from '../../auth/credentials.ts';
import { errorCode, HostConfigurationError } from '../../errors.ts';
import { describeError } from '../../logging/describe-error.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { createRateLimitedLog } from '../../logging/rate-limited-log.ts';
import type { MintedToken } from '../../mint/minted-token.ts';
import type { Subgraphs, SubgraphToken } from '../../subgraphs/subgraph-token.ts';
import { bodyConsumed } from '../body/host-body.ts';
import { BodyError, readBody } from '../body/read-body.ts';
import { callerRequest } from '../coprocessor/caller-request.ts';
import {
  breakAnswer,
  continueAnswer,
  readSubgraphRequest,
  type SubgraphError,
  type SubgraphRequest,
} from '../coprocessor/protocol.ts';
import { withoutCredentials, withToken } from '../coprocessor/subgraph-headers.ts';
import { apolloCoprocessorPath } from '../endpoints.ts';
import { jsonResponse } from '../json-response.ts';
import { maskError } from '../mask-error.ts';
import type { createContextFactory } from '../operation-context.ts';
import { loggedName } from '../operation-log.ts';
import { pathOf } from '../path.ts';
import { recordOf, shareRecord } from '../request-record.ts';
import { unexpectedErrorResponse } from '../unexpected-error-response.ts';
import { provesOrigin, unprovenOrigin } from './use-csrf-protection.ts';

interface ApolloCoprocessorOptions {
  /** Returns whether a text is one of the present secrets of the endpoint. Compares in constant time. */
  isSecret: (candidate: string) => boolean;
  /** Returns the present settings: a reload may change them while the body of a request arrives. */
  present: () => {
    /** Undefined where a reload has removed them. */
    readonly subgraphs: Subgraphs | undefined;
    /** The name of the gateway's own subgraph. */
    readonly mintgateSubgraph: string;
    /** Exact origins whose pages may send requests with session cookies. */
    readonly corsOrigins: readonly string[];
  };
  /** Creates the context of an operation. Its tokens are audited with the door `coprocessor`. */
  createContext: ReturnType<typeof createContextFactory>;
  graphqlEndpoint: string;
  /** Largest body, in bytes. */
  maxBodyBytes: number;
  log: Pick<GatewayLogger, 'error'>;
}

interface Coprocessor extends ApolloCoprocessorOptions {
  readonly reportConsumed: () => void;
}

/** The HTTP status of each code, in the place of a subgraph's own. Routers show it in logs and traces, not to the client. */
const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TEMPLATE_NOT_FOUND: 404,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
  BAD_REQUEST: 403,
};

/**
 * Answers Apollo Router before it sends a request to a subgraph: the caller's credentials go to the gateway's own subgraph alone, and each
 * configured subgraph gets its own token instead. The secret of the router is the end of the path: with another one, the path does not
 * exist.
 */
export function useApolloCoprocessor(options: ApolloCoprocessorOptions): Plugin {
  const { log } = options;
  const coprocessor: Coprocessor = {
    ...options,
    reportConsumed: createRateLimitedLog((fields) => log.error(fields, bodyConsumed)),
  };
  return {
    // Synchronous for all other requests, so that Yoga does not wait for a promise.
    onRequest({ request, serverContext, endResponse }) {
      if (!pathOf(request.url).startsWith(apolloCoprocessorPath)) return undefined;
      if (!hasSecret(coprocessor, request)) return undefined;
      if (request.method === 'POST')
        return answerRouter(coprocessor, request, serverContext)
          .catch((error) => unexpectedErrorResponse(log, request, error))
          .then((answer) => answer && endResponse(answer));
      recordOf(request).door = 'coprocessor';
      return endResponse(jsonResponse(405, { error: 'The coprocessor must use POST.' }, { allow: 'POST' }));
    },
  };
}

/** Returns whether the end of the path is one of the present secrets, and notes where it is not. */
function hasSecret({ isSecret }: Coprocessor, request: Request): boolean {
  const isPresent = isSecret(pathOf(request.url).slice(apolloCoprocessorPath.length));
  if (!isPresent) recordOf(request).refusal = 'asks the coprocessor with a wrong secret';
  return isPresent;
}

/** Returns the answer, or `undefined` for a request whose secret a reload has removed while its body arrived. */
async function answerRouter(
  coprocessor: Coprocessor,
  request: Request,
  serverContext: object,
): Promise<Response | undefined> {
  const body = await readText(coprocessor, request, serverContext);
  if (!hasSecret(coprocessor, request)) return undefined;
  recordOf(request).door = 'coprocessor';
  if (typeof body !== 'string') return body;
  const read = readSubgraphRequest(body);
  if (read.kind === 'malformed') return refuse(request, 400, read.message);
  return jsonResponse(200, await answerSubgraphRequest(coprocessor, request, serverContext, read.request));
}

/** Returns the body, or the answer where it cannot be read. */
async function readText(
  coprocessor: Coprocessor,
  request: Request,
  serverContext: object,
): Promise<string | Response> {
  try {
    return await readBody(request, serverContext, coprocessor.maxBodyBytes);
  } catch (error) {
    return bodyErrorResponse(coprocessor, request, error);
  }
}

function bodyErrorResponse({ log, reportConsumed }: Coprocessor, request: Request, error: unknown): Response {
  if (error instanceof BodyError) return refuse(request, error.status, error.message);
  if (!(error instanceof HostConfigurationError)) return unexpectedErrorResponse(log, request, error);
  reportConsumed();
  return refuse(request, 500, error.message);
}

/** Refuses a request with a status that makes the router fail it: the subgraph is not asked. */
function refuse(request: Request, status: number, error: string): Response {
  recordOf(request).refusal = error;
  return jsonResponse(status, { error });
}

async function answerSubgraphRequest(
  coprocessor: Coprocessor,
  request: Request,
  serverContext: object,
  asked: SubgraphRequest,
) {
  const { subgraphs = {}, mintgateSubgraph } = coprocessor.present();
  const { serviceName, headers, operation } = asked;
  const record = recordOf(request);
  if (operation !== undefined) record.operation = loggedName(operation);
  if (serviceName === mintgateSubgraph) return continueAnswer(asked);
  const subgraph = Object.hasOwn(subgraphs, serviceName) ? subgraphs[serviceName] : undefined;
  const safe = withoutCredentials(headers, subgraph);
  if (subgraph === undefined) return continueAnswer(asked, safe);
  record.subgraph = serviceName;
  try {
    const token = await findToken(coprocessor, request, serverContext, asked, subgraph);
    return continueAnswer(asked, token ? withToken(safe, subgraph, token.jwt) : safe);
  } catch (thrown) {
    const error = publicError(coprocessor, thrown);
    const code = errorCode(error);
    record.codes = [code];
    if (subgraph.onFailure === 'anonymous') return continueAnswer(asked, safe);
    return breakAnswer(asked, statuses[code] ?? 500, subgraphError(error));
  }
}

/** Returns the token of a subgraph, or `undefined` for an anonymous caller. @throws one of the gateway's errors */
async function findToken(
  { present, createContext, graphqlEndpoint }: Coprocessor,
  request: Request,
  serverContext: object,
  { headers }: SubgraphRequest,
  { template }: SubgraphToken,
): Promise<MintedToken | undefined> {
  const caller = callerRequest(new URL(graphqlEndpoint, request.url).href, headers);
  if (readCredentials(caller.headers).kind === 'none') return undefined;
  const isProven = () => provesOrigin(caller.headers, new Set(present().corsOrigins));
  if (reliesOnCookies(caller.headers) && !isProven()) throw unprovenOrigin();
  shareRecord(request, caller);
  const { hostContext } = serverContext as { hostContext?: unknown };
  return createContext({ request: caller, hostContext }).loadToken({ template, mode: 'cached' });
}

/** Returns the error for the client. Logs an unexpected one. */
function publicError({ log }: Coprocessor, thrown: unknown): GraphQLError {
  const error = maskError(thrown);
  if (error !== thrown) log.error(describeError(thrown), 'unexpected error');
  return error;
}

function subgraphError({ message, extensions: { code, retryAfter } }: GraphQLError): SubgraphError {
  return { message, extensions: { code, ...(retryAfter !== undefined && { retryAfter }) } };
}
