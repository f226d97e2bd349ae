/** An answer that replaces the real one. */
export interface ForcedAnswer {
  /** The HTTP status, 200 to 599. */
  status: number;
  /** Text is sent as it is, as `text/plain` unless `headers` name another type; any other value as JSON. @default no body */
  body?: unknown;
  /** The headers of the answer. @default the `content-type` that the body implies */
  headers?: Record<string, string>;
}

/** Creates the response that a forced answer describes. */
export function forcedResponse({ status, body, headers }: ForcedAnswer): Response {
  const responseHeaders = new Headers(headers);
  if (body === undefined || typeof body === 'string') {
    return new Response(body ?? null, { status, headers: responseHeaders });
  }
  if (!responseHeaders.has('content-type')) responseHeaders.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers: responseHeaders });
}

/**
 * Returns the answer, if it can be sent. An invalid answer fails here and not in a later request.
 *
 * @throws Error for a status, header or body that HTTP or JSON does not allow
 */
export function requireSendable(answer: ForcedAnswer): ForcedAnswer {
  try {
    if (!Number.isInteger(answer?.status)) throw new Error('set a status, such as 500');
    forcedResponse(answer);
    return answer;
  } catch (error) {
    throw new Error(`The local Clerk cannot send this answer: ${(error as Error).message}`);
  }
}
