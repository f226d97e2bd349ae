import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { HostConfigurationError } from '../../errors.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { createRateLimitedLog } from '../../logging/rate-limited-log.ts';
import { bodyConsumed } from '../body/host-body.ts';
import { isJson } from '../body/is-json.ts';
import { isUncompressed } from '../body/is-uncompressed.ts';
import { BodyError, readBody } from '../body/read-body.ts';
import { headerAsSent } from '../header-as-sent.ts';
import { jsonResponse } from '../json-response.ts';
import { requestError, toErrorBody } from '../request-error.ts';

interface JsonPostOptions {
  /** Largest body, in bytes. */
  maxBodyBytes: number;
  log: Pick<GatewayLogger, 'error'>;
}

/**
 * Accepts GraphQL requests by POST with a JSON body only: no GET (caches and logs keep URLs), no form and no
 * plain text (a foreign page can send those without a preflight), no multipart, no compression.
 */
export function useJsonPost({ maxBodyBytes, log }: JsonPostOptions): Plugin {
  const reportConsumed = createRateLimitedLog((fields) => log.error(fields, bodyConsumed));
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') endResponse(methodNotAllowed());
    },
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!isJson(headerAsSent(request, serverContext, 'content-type') ?? ''))
        throw requestError(
          415,
          'The content-type is not JSON in UTF-8: send a JSON body with content-type: application/json.',
        );
      if (!isUncompressed(request.headers))
        throw requestError(415, 'The body is compressed: send it uncompressed and without content-encoding.');
      setRequestParser(() =>
        readBody(request, serverContext, maxBodyBytes).then(parseBody, (error) => {
          throw bodyRequestError(error, reportConsumed);
        }),
      );
    },
  };
}

// Answers any accept header: otherwise a browser that opens the endpoint would get 406.
function methodNotAllowed(): Response {
  const error = requestError(405, 'GraphQL requests must use POST.');
  return jsonResponse(405, toErrorBody(error), { allow: 'POST' });
}

function bodyRequestError(error: unknown, reportConsumed: () => void): unknown {
  if (error instanceof BodyError) return requestError(error.status, error.message);
  if (!(error instanceof HostConfigurationError)) return error;
  reportConsumed();
  return new GraphQLError(error.message, {
    extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } },
  });
}

// RFC 8259, section 8.1: a byte order mark may be ignored. Some clients of .NET and PowerShell send one.
function parseBody(text: string): GraphQLParams {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    throw requestError(400, 'The body is not valid JSON: send the parameters of GraphQL as one JSON object.');
  }
}
