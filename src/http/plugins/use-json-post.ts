import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { HostConfigurationError } from '../../errors.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import { rateLimitedLog } from '../../logging/rate-limited-log.ts';
import { nodeRequestOf, readByHost } from '../body/host-body.ts';
import { BodyError, readBody } from '../body/read-body.ts';
import { jsonResponse } from '../json-response.ts';
import { requestRefusal } from '../request-refusal.ts';

export interface JsonPostOptions {
  /** Largest body, in bytes. */
  maxBodyBytes: number;
  log: Pick<GatewayLogger, 'error'>;
}

/**
 * Accepts GraphQL requests by POST with a JSON body only: no GET (caches and logs keep URLs), no form and no
 * plain text (a foreign page can send those without a preflight), no multipart, no compression.
 */
export function useJsonPost({ maxBodyBytes, log }: JsonPostOptions): Plugin {
  const reportUnreadable = rateLimitedLog((fields) => log.error(fields, readByHost));
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') endResponse(methodNotAllowed());
    },
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!isJson(contentTypeOf(request, serverContext))) {
        throw requestRefusal(415, 'The body must be JSON in UTF-8, with content-type: application/json.');
      }
      if (!/^(?:identity)?$/i.test(request.headers.get('content-encoding') ?? '')) {
        throw requestRefusal(415, 'The body must not be compressed.');
      }
      setRequestParser(async () =>
        parse(await bodyOf(request, serverContext, { maxBodyBytes, reportUnreadable })),
      );
    },
  };
}

// Answered whatever the request accepts: a browser that opens the endpoint would otherwise be told 406.
function methodNotAllowed(): Response {
  const refusal = requestRefusal(405, 'GraphQL requests must use POST.');
  const { code } = refusal.extensions;
  return jsonResponse(
    405,
    { errors: [{ message: refusal.message, extensions: { code } }] },
    { allow: 'POST' },
  );
}

// RFC 8259, section 8.1: JSON is UTF-8. Other parameters of the media type are ignored.
function isJson(contentType: string | null): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return type === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}

// As it was sent: Yoga calls JSON whatever a host has parsed, forms included.
function contentTypeOf({ headers }: Request, serverContext: object): string | null {
  const sent = nodeRequestOf(serverContext)?.rawHeaders;
  if (sent === undefined) return headers.get('content-type');
  const at = sent.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  return at < 0 ? null : (sent[at + 1] ?? null);
}

async function bodyOf(
  request: Request,
  serverContext: object,
  {
    maxBodyBytes,
    reportUnreadable,
  }: Pick<JsonPostOptions, 'maxBodyBytes'> & { reportUnreadable: () => void },
): Promise<string> {
  try {
    return await readBody(request, serverContext, maxBodyBytes);
  } catch (error) {
    if (error instanceof BodyError) throw requestRefusal(error.status, error.message);
    if (!(error instanceof HostConfigurationError)) throw error;
    reportUnreadable();
    throw new GraphQLError(error.message, {
      extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } },
    });
  }
}

// RFC 8259, section 8.1: a byte order mark may be ignored. Some clients of .NET and PowerShell send one.
function parse(text: string): GraphQLParams {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    throw requestRefusal(400, 'The body is not JSON.');
  }
}
