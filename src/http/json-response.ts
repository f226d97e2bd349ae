/**
 * An answer in JSON that is not GraphQL's.
 *
 * @param status - the HTTP status
 * @param body - what is serialized
 * @param headers - further headers
 */
export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
