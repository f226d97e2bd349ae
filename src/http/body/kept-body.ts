/** A body that the fast path has read: its text, or why it could not be read. */
type KeptBody = { readonly text: string } | { readonly error: Error };

const keptBodies = new WeakMap<object, KeptBody>();

/**
 * Keeps the body of a request that the fast path has read and not answered, for the plugins of Yoga.
 *
 * @param request - the request of node:http, or the `Request` of another host
 */
export function keepBody(request: object, body: KeptBody): void {
  keptBodies.set(request, body);
}

/** Returns the kept text of a body, or `undefined` where none was read. @throws the error of a body that could not be read */
export function keptText(request: object): string | undefined {
  const kept = keptBodies.get(request);
  if (kept && 'error' in kept) throw kept.error;
  return kept?.text;
}
