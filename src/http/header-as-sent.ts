import { nodeRequestOf } from './body/host-body.ts';

/**
 * Returns a header as it was sent, or `null`. Yoga sets `Content-Type` to application/json on every body that a host has parsed, forms
 * included, and its headers do not have an empty one.
 *
 * @param serverContext - Yoga's server context of the request
 * @param name - in lower case
 */
export function headerAsSent({ headers }: Request, serverContext: object, name: string): string | null {
  const rawHeaders = nodeRequestOf(serverContext)?.rawHeaders;
  if (rawHeaders === undefined) return headers.get(name);
  const at = rawHeaders.findIndex((sent, index) => index % 2 === 0 && sent.toLowerCase() === name);
  return at < 0 ? null : (rawHeaders[at + 1] ?? null);
}
