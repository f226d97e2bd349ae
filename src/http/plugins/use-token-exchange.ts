import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { errorCode, gatewayError, HostConfigurationError } from '../../errors.ts';
import { requireCaller } from '../../graphql/context.ts';
import { tokenFields } from '../../graphql/token.ts';
import { describeError } from '../../logging/describe-error.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { createRateLimitedLog } from '../../logging/rate-limited-log.ts';
import { bodyConsumed } from '../body/host-body.ts';
import { exchangeEndpoint } from '../endpoints.ts';
import { headerAsSent } from '../header-as-sent.ts';
import { jsonResponse } from '../json-response.ts';
import type { OperationContext } from '../operation-context.ts';
import { pathOf } from '../path.ts';
import { recordOf, shareRecord } from '../request-record.ts';
import { invalidRequest, toExchangeError } from '../token-exchange/exchange-error.ts';
import { accessTokenType, readExchange } from '../token-exchange/exchange-request.ts';

interface TokenExchangeOptions {
  /** Returns the present audiences with the template of each; `undefined` once the exchange is turned off. */
  audiences: () => Readonly<Record<string, string>> | undefined;
  /** Creates the operation of a request that is made from the session token alone. */
  createContext: (made: { request: Request; hostContext?: unknown }) => OperationContext;
  log: Pick<GatewayLogger, 'error'>;
}

/** The options, with a log line that clients can cause: it is written at most once a minute. */
type Exchange = TokenExchangeOptions & { readonly reportConsumed: () => void };

/** Exchanges a session token for the token of an audience: `POST /token`, by RFC 8693. It reads no cookie and no `Authorization`. */
export function useTokenExchange(options: TokenExchangeOptions): Plugin {
  const reportConsumed = createRateLimitedLog((fields) => options.log.error(fields, bodyConsumed));
  return {
    // Synchronous for all other requests, so that Yoga does not wait for a promise.
    onRequest({ request, serverContext, endResponse }) {
      if (pathOf(request.url) !== exchangeEndpoint) return undefined;
      recordOf(request).door = 'exchange';
      return answer({ ...options, reportConsumed }, request, serverContext).then(endResponse);
    },
  };
}

async function answer(exchange: Exchange, request: Request, serverContext: object): Promise<Response> {
  try {
    return respond(200, await issue(exchange, request, serverContext));
  } catch (error) {
    const { status, code, message, headers } = toExchangeError(error);
    const isOfEngine = error instanceof GraphQLError;
    if (isOfEngine || status === 500) recordOf(request).codes = [errorCode(error)];
    if (error instanceof HostConfigurationError) exchange.reportConsumed();
    // The engine has reported its own errors.
    else if (!isOfEngine && status === 500) exchange.log.error(describeError(error), 'unexpected error');
    return respond(status, { error: code, error_description: message }, headers);
  }
}

// RFC 6749, section 5.1. Every answer has `cache-control: no-store`, too.
function respond(status: number, body: object, headers = {}): Response {
  return jsonResponse(status, body, { pragma: 'no-cache', ...headers });
}

async function issue({ audiences, createContext }: Exchange, request: Request, serverContext: object) {
  // A page of another origin can send a form.
  const hasOrigin = request.headers.has('origin') || headerAsSent(request, serverContext, 'origin') !== null;
  if (hasOrigin) throw invalidRequest('Pages get no token here: send no Origin.', 403);
  if (request.method !== 'POST') throw invalidRequest('An exchange must use POST.', 405, { allow: 'POST' });
  const { audience, sessionToken } = await readExchange(request, serverContext);
  const url = new URL(exchangeEndpoint, request.url);
  const made = new Request(url, { headers: { authorization: `Bearer ${sessionToken}` } });
  shareRecord(request, made);
  const { hostContext } = serverContext as { hostContext?: unknown };
  const context = createContext({ request: made, hostContext });
  const templates = audiences() ?? {};
  const template = Object.hasOwn(templates, audience) ? templates[audience] : undefined;
  if (template === undefined) {
    // Only verified callers learn which audiences exist, as with templates.
    await requireCaller(context);
    throw gatewayError('TEMPLATE_NOT_FOUND');
  }
  const token = await context.loadToken({ template, mode: 'cached' });
  return {
    access_token: token.jwt,
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: tokenFields.expiresIn(token, context.now()),
  };
}
