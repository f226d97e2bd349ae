/** A request of the router to a subgraph, as far as its headers are concerned. */
export interface RequestWithHeaders {
  // biome-ignore lint/suspicious/noExplicitAny: as Hive declares it
  extensions?: Record<string, any> | undefined;
}

/**
 * Sets the headers of a request for all of its attempts. Hive's HTTP transport takes the headers out of `extensions` at the first attempt, so that
 * a retry would go without them, and would share the answer to an equal retry of another caller (the de-duplication of requests under way compares
 * the headers). They are not enumerable, because transports send the other extensions in the body.
 */
export function keepHeaders(request: RequestWithHeaders, headers: Readonly<Record<string, string>>): void {
  const withHeaders = (extensions: object | undefined) =>
    Object.defineProperty({ ...extensions }, 'headers', { value: headers, writable: true });
  const { headers: _replaced, ...others } = request.extensions ?? {};
  let current = withHeaders(others);
  Object.defineProperty(request, 'extensions', {
    ...{ enumerable: true, configurable: true },
    get: () => current,
    set: (extensions: object | undefined) => {
      current = withHeaders(extensions);
    },
  });
}
