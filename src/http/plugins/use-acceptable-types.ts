import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from '../json-response.ts';
import { requestError, toErrorBody } from '../request-error.ts';

/** The media types of answers: those of GraphQL over HTTP, and those of answers in several parts. */
const offeredTypes = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

/**
 * Refuses a request that accepts no media type of an answer with 406 and the list of them, before its operation is executed. Yoga
 * would execute it, and answer 406 without a body.
 */
export function useAcceptableTypes(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'POST' && !acceptsAny(request.headers.get('accept')))
        endResponse(notAcceptable());
    },
    // A subscription that accepts multipart/mixed only, or a type in another charset than UTF-8.
    onResultProcess({ resultProcessor, setResultProcessor }) {
      if (!resultProcessor) setResultProcessor(notAcceptable, 'application/json');
    },
  };
}

// RFC 9110, section 12.5.1: a missing and an empty header accept everything.
function acceptsAny(accept: string | null): boolean {
  if (!accept) return true;
  return accept.split(',').some((range) => {
    const [mediaRange = ''] = range.toLowerCase().split(';');
    const [type, subtype] = mediaRange.trim().split('/');
    return offeredTypes.some((offered) => {
      const [offeredType, offeredSubtype] = offered.split('/');
      return [offeredType, '*'].includes(type) && [offeredSubtype, '*'].includes(subtype);
    });
  });
}

function notAcceptable(): Response {
  const message = `The accept header names no media type of an answer: send accept: ${offeredTypes.join(', ')}, or omit the header.`;
  return jsonResponse(406, toErrorBody(requestError(406, message)));
}
