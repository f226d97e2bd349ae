import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from '../json-response.ts';
import { requestRefusal } from '../request-refusal.ts';

/** The media types of answers: GraphQL's over HTTP, and those of answers in parts. */
const offered = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

/**
 * Refuses a request that accepts no media type of an answer, before anything is executed for it, and says which there are: Yoga
 * executes it, and answers 406 without a body.
 */
export function useAcceptableTypes(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'POST' && !acceptsAny(request.headers.get('accept')))
        endResponse(notAcceptable());
    },
    // A subscription that accepts multipart/mixed alone, or a type in another charset than UTF-8.
    onResultProcess({ resultProcessor, setResultProcessor }) {
      if (!resultProcessor) setResultProcessor(notAcceptable, 'application/json');
    },
  };
}

// RFC 9110, section 12.5.1: without the header, and with an empty one, everything is accepted.
function acceptsAny(accept: string | null): boolean {
  if (!accept) return true;
  return accept.split(',').some((range) => {
    const [type = ''] = range.toLowerCase().split(';');
    const [kind, subtype] = type.trim().split('/');
    return offered.some((other) => {
      const [ownKind, ownSubtype] = other.split('/');
      return [ownKind, '*'].includes(kind) && [ownSubtype, '*'].includes(subtype);
    });
  });
}

function notAcceptable(): Response {
  const { message, extensions } = requestRefusal(
    406,
    `Nothing that the header accept names can be answered: send accept: ${offered.join(', ')}, or no such header.`,
  );
  return jsonResponse(406, { errors: [{ message, extensions: { code: extensions.code } }] });
}
