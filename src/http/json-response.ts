/**
 * Returns a response with a JSON body.
 *
 * @param status - the HTTP status
 * @param body - the value to serialize
 * @param headers - further headers. @default none
 */
export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
