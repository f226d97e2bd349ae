/** The headers of a request that the plugin reads. */
export type ReadableHeaders = Pick<Headers, 'get'>;

/** The headers of a client's request. On a WebSocket, its `connectionParams` take their place. */
export interface CallerHeaders extends ReadableHeaders {
  /** Every `authorization`; the first one identifies the caller. */
  readonly authorizations: readonly string[];
  /** Every `cookie`; the first one identifies the caller. */
  readonly cookies: readonly string[];
}

/** The parts of a router's context that come from the client. */
interface RouterContext {
  /** For a WebSocket, the request that opened it. */
  readonly request?: { readonly headers?: ReadableHeaders };
  /** Sent by a client when it opens a WebSocket. It may be any JSON. */
  readonly connectionParams?: unknown;
  /** By Hive: the headers of the request, overwritten by `connectionParams`. */
  readonly headers?: unknown;
}

/** Of each name; a client has no reason to send more. */
const maxValues = 16;

/** Of each value, in characters: several times what Mintgate accepts, and more than HTTP servers accept in a header. */
const maxLength = 65_536;

/** RFC 9110, section 5.5: not in the value of a header. `connectionParams` may have any, such as the end of a line. */
const illegalCharacter = /[^\t\x20-\x7e\x80-\xff]/g;

/**
 * Returns the headers of a client, by the context of its operation. `authorization` and `cookie` are also those of `connectionParams`, which take
 * precedence as in Hive, of `connectionParams.headers` and of `context.headers`, with names in any case. Every other header is that of the request alone:
 * in `connectionParams`, a page could forge its own origin.
 */
export function callerHeaders(context: unknown): CallerHeaders {
  const { request, connectionParams, headers } = (isObject(context) ? context : {}) as RouterContext;
  const nested = isObject(connectionParams) ? connectionParams.headers : undefined;
  const find = (name: string) =>
    [connectionParams, nested, { [name]: request?.headers?.get(name) }, headers]
      .flatMap((source) => valuesOf(source, name))
      .slice(0, maxValues);
  const [authorizations, cookies] = [find('authorization'), find('cookie')];
  const get = (name: string) => {
    if (name === 'authorization') return authorizations[0] ?? null;
    if (name === 'cookie') return cookies[0] ?? null;
    return request?.headers?.get(name) ?? null;
  };
  return { authorizations, cookies, get };
}

/** Returns the texts of a name in any case. A list of texts has several. */
function valuesOf(source: unknown, name: string): string[] {
  if (!isObject(source)) return [];
  // An application may set `context.headers` to the headers of any implementation of fetch.
  const entries = isIterable(source) ? [...source] : Object.entries(source);
  return entries
    .filter(([key]) => String(key).toLowerCase() === name)
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is string => typeof value === 'string')
    .map((value) => value.slice(0, maxLength).replace(illegalCharacter, ' '));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIterable(value: object): value is Iterable<[string, unknown]> {
  return Symbol.iterator in value && !Array.isArray(value);
}
