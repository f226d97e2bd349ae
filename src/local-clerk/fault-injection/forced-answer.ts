/** An answer given instead of the real one. */
export interface ForcedAnswer {
  /** The HTTP status, 200 to 599. */
  status: number;
  /** Text is sent as it is (as `text/plain` unless `headers` say otherwise), anything else as JSON. @default no body */
  body?: unknown;
  /** Also `content-type`, when it should not be the default. */
  headers?: Record<string, string>;
}

/** Makes the response that a forced answer describes. */
export function forcedResponse({ status, body, headers }: ForcedAnswer): Response {
  const answerHeaders = new Headers(headers);
  if (body === undefined || typeof body === 'string') {
    return new Response(body ?? null, { status, headers: answerHeaders });
  }
  if (!answerHeaders.has('content-type')) answerHeaders.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers: answerHeaders });
}

/** @throws Error for an answer that cannot be sent: it should fail where a test writes it, not in a request. */
export function requireSendable(answer: ForcedAnswer): ForcedAnswer {
  try {
    if (!Number.isInteger(answer?.status)) throw new Error('expected a status, such as 500');
    forcedResponse(answer);
    return answer;
  } catch (error) {
    throw new Error(`The local Clerk cannot send this answer: ${(error as Error).message}`);
  }
}
