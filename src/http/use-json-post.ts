import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { jsonResponse } from './json-response.ts';
import { BodyRefusal, readBody } from './read-body.ts';
import { requestRefusal } from './request-refusal.ts';

export interface JsonPostOptions {
  /** Largest body, in bytes. */
  maxBodyBytes: number;
}

/**
 * GraphQL is asked by POST with a JSON body and in no other way: no GET (caches and logs keep URLs), no form and no
 * plain text (a foreign page can send those without a preflight), no multipart, no compression.
 */
export function useJsonPost({ maxBodyBytes }: JsonPostOptions): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') endResponse(methodNotAllowed());
    },
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!isJson(request.headers.get('content-type'))) {
        throw requestRefusal(415, 'The body must be JSON in UTF-8, with content-type: application/json.');
      }
      if (!/^(?:identity)?$/i.test(request.headers.get('content-encoding') ?? '')) {
        throw requestRefusal(415, 'The body must not be compressed.');
      }
      setRequestParser(async () => parse(await bodyOf(request, serverContext, maxBodyBytes)));
    },
  };
}

// Answered whatever the request accepts: a browser that opens the endpoint would otherwise be told 406.
function methodNotAllowed(): Response {
  const refusal = requestRefusal(405, 'GraphQL is asked by POST.');
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

async function bodyOf(request: Request, serverContext: object, maxBodyBytes: number): Promise<string> {
  try {
    return await readBody(request, serverContext, maxBodyBytes);
  } catch (error) {
    throw error instanceof BodyRefusal ? requestRefusal(error.status, error.message) : error;
  }
}

function parse(text: string): GraphQLParams {
  try {
    return JSON.parse(text);
  } catch {
    throw requestRefusal(400, 'The body is not JSON.');
  }
}
