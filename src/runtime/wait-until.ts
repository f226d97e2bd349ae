/** Keeps the runtime alive until some work has settled, even if the request ends earlier. */
export type WaitUntil = (work: Promise<unknown>) => void;

/**
 * Returns the function that keeps background work alive: `waitUntil` of the host context, which is the context of a Worker.
 *
 * @param hostContext - the second argument of `gateway.fetch`
 * @returns `undefined` where the host context has none, as in Node.js
 */
export function waitUntilOf(hostContext: unknown): WaitUntil | undefined {
  const host = hostContext as { waitUntil?: unknown } | null | undefined;
  if (typeof host?.waitUntil !== 'function') return undefined;
  const { waitUntil } = host;
  return (work) => {
    try {
      waitUntil.call(
        host,
        work.catch(() => {}),
      );
    } catch {
      // The request has ended: its runtime keeps nothing alive for it.
    }
  };
}
