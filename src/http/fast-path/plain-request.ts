import type { IncomingMessage } from 'node:http';
import { acceptsAny } from '../acceptable-types.ts';
import { nodeRequestOf } from '../body/host-body.ts';
import { isJson } from '../body/is-json.ts';
import { maxPlainLength, type PlainRequest } from '../fast-path.ts';
import { pathOf } from '../path.ts';

/** The headers of a plain request that the fast path uses. */
export type PlainHead = Pick<PlainRequest, 'authorization' | 'accept' | 'origin' | 'scheme'>;

/** Headers with which a request is not plain: they need checks, or change the headers of the answer. */
const unusualHeaders = [
  'content-encoding',
  'transfer-encoding',
  'access-control-request-headers',
  'access-control-request-method',
];

/** The bounds of plain requests. */
export interface PlainLimits {
  /** The path of the GraphQL endpoint. */
  readonly graphqlEndpoint: string;
  /** Largest body, in bytes. */
  readonly maxBodyBytes: number;
}

/** A request of node:http, with the fields that hosts add. */
interface HostRequest extends IncomingMessage {
  readonly body?: unknown;
  readonly rawBody?: unknown;
  readonly originalUrl?: unknown;
}

/**
 * Returns the head of a request of node:http, or `undefined` unless it is plain: with a path of exactly the endpoint, and a body that the host has
 * not touched.
 */
export function plainHeadOf(request: HostRequest, limits: PlainLimits): PlainHead | undefined {
  const { method, url, originalUrl = url, headers, httpVersionMajor, body, rawBody } = request;
  if (method !== 'POST' || url !== limits.graphqlEndpoint || originalUrl !== url) return undefined;
  if (httpVersionMajor !== 1 || body !== undefined || rawBody !== undefined) return undefined;
  // Not a simulated request, such as one of light-my-request: Yoga takes its body from elsewhere.
  if (nodeRequestOf({ req: request }) === undefined) return undefined;
  if (request.readableFlowing !== null || request.readableEncoding !== null) return undefined;
  if (request.readableDidRead || request.destroyed) return undefined;
  if (headers['content-length'] === undefined) return undefined;
  const scheme = isEncrypted(request) ? 'https' : 'http';
  return headOf((name) => headers[name] as string | undefined, scheme, limits);
}

/** Returns the head of a `Request`, or `undefined` unless it is plain. */
export function plainHeadOfFetch(request: Request, limits: PlainLimits): PlainHead | undefined {
  const { method, url, headers, bodyUsed, signal } = request;
  if (method !== 'POST' || bodyUsed || (signal as AbortSignal | null)?.aborted) return undefined;
  if (url.includes('?') || pathOf(url) !== limits.graphqlEndpoint) return undefined;
  const scheme = url.startsWith('https:') ? 'https' : 'http';
  return headOf((name) => headers.get(name) ?? undefined, scheme, limits);
}

/** Returns whether a request came over TLS. Some hosts have no socket. */
export function isEncrypted({ socket }: IncomingMessage): boolean {
  return (socket as { encrypted?: unknown } | undefined)?.encrypted === true;
}

// Yoga refuses some of these requests before it reads the body. So they are excluded before the fast path reads it.
function headOf(
  header: (name: string) => string | undefined,
  scheme: PlainHead['scheme'],
  { maxBodyBytes }: PlainLimits,
): PlainHead | undefined {
  const authorization = header('authorization');
  const contentType = header('content-type');
  if (authorization === undefined || contentType === undefined || !isJson(contentType)) return undefined;
  if (Number(header('content-length') ?? 0) > Math.min(maxPlainLength, maxBodyBytes)) return undefined;
  if (unusualHeaders.some((name) => header(name) !== undefined)) return undefined;
  const accept = header('accept') ?? '';
  if (!acceptsAny(accept)) return undefined;
  return { authorization, accept, origin: header('origin') ?? '', scheme };
}
