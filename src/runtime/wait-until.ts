/** Keeps the runtime of a request going until some work has ended, whether or not the request has. */
export type WaitUntil = (work: Promise<unknown>) => void;

/**
 * What a host offers for work that goes on behind an answer: `waitUntil` of the context of a Worker, which is passed to
 * `gateway.fetch`. Undefined where there is none, as in Node.js, which needs none.
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
      // The request is over: nothing can be kept going for it any more.
    }
  };
}
