/** A body that the fast path has read. */
type KeptBody = ({ readonly text: string } | { readonly error: Error }) & {
  /** When its request arrived, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
};

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

/** Returns when a request arrived whose body is kept, on the monotonic clock in milliseconds, or `undefined`. */
export function keptSince(request: object): number | undefined {
  return keptBodies.get(request)?.startedAt;
}
