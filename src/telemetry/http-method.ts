/** The methods that HTTP defines (RFC 9110, section 9, and RFC 5789). */
const knownMethods: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
]);

/** Returns a method, or `_OTHER` for one that HTTP does not define: a client may send any text. */
export function boundedMethod(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER';
}
