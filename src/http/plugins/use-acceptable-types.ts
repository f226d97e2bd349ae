import type { Plugin } from 'graphql-yoga';
import { acceptsAny, offeredTypes } from '../acceptable-types.ts';
import { jsonResponse } from '../json-response.ts';
import { requestError, toErrorBody } from '../request-error.ts';

/**
 * Refuses a request that accepts no media type of an answer with 406 and the list of them, before its operation is executed. Yoga
 * would execute it, and answer 406 without a body.
 */
export function useAcceptableTypes(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'POST' && !acceptsAny(request.headers.get('accept') ?? ''))
        endResponse(notAcceptable());
    },
    // A subscription that accepts multipart/mixed only, or a type in another charset than UTF-8.
    onResultProcess({ resultProcessor, setResultProcessor }) {
      if (!resultProcessor) setResultProcessor(notAcceptable, 'application/json');
    },
  };
}

function notAcceptable(): Response {
  const message = `The accept header names no media type of an answer: send accept: ${offeredTypes.join(', ')}, or omit the header.`;
  return jsonResponse(406, toErrorBody(requestError(406, message)));
}
