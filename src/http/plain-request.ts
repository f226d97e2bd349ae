import type { IncomingMessage } from 'node:http';
import { isJson } from './body/is-json.ts';
import { maxPlainLength, type PlainRequest } from './fast-path.ts';
import { pathOf } from './path.ts';

/** The head of a plain request: all of it but the body. */
export type PlainHead = Pick<PlainRequest, 'authorization' | 'accept' | 'origin'>;

/** Headers with which a request is not plain: they need checks, or change the headers of the answer. */
const unusualHeaders = [
  'content-encoding',
  'transfer-encoding',
  'access-control-request-headers',
  'access-control-request-method',
];

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
export function plainHeadOf(request: HostRequest, graphqlEndpoint: string): PlainHead | undefined {
  const { method, url, originalUrl = url, headers, httpVersionMajor, body, rawBody } = request;
  if (method !== 'POST' || url !== graphqlEndpoint || originalUrl !== url) return undefined;
  if (httpVersionMajor !== 1 || body !== undefined || rawBody !== undefined) return undefined;
  if (request.readableFlowing !== null || request.readableEncoding !== null) return undefined;
  if (headers['content-length'] === undefined) return undefined;
  return headOf((name) => headers[name] as string | undefined);
}

/** Returns the head of a `Request`, or `undefined` unless it is plain. */
export function plainHeadOfFetch(request: Request, graphqlEndpoint: string): PlainHead | undefined {
  const { method, url, headers, bodyUsed, signal } = request;
  if (method !== 'POST' || bodyUsed || signal.aborted) return undefined;
  if (url.includes('?') || pathOf(url) !== graphqlEndpoint) return undefined;
  return headOf((name) => headers.get(name) ?? undefined);
}

function headOf(header: (name: string) => string | undefined): PlainHead | undefined {
  const authorization = header('authorization');
  const contentType = header('content-type');
  if (authorization === undefined || contentType === undefined || !isJson(contentType)) return undefined;
  if (Number(header('content-length') ?? 0) > maxPlainLength) return undefined;
  if (unusualHeaders.some((name) => header(name) !== undefined)) return undefined;
  return { authorization, accept: header('accept') ?? '', origin: header('origin') ?? '' };
}
