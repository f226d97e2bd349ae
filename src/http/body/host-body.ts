import { HostConfigurationError } from '../../errors.ts';
import { keptText } from './kept-body.ts';

/** The part of http.IncomingMessage that is read here, with the fields that hosts add to it. */
export interface NodeRequest {
  /** The headers as sent: Yoga changes the others. */
  rawHeaders: readonly string[];
  /** Whether the body has been read to its end. */
  readableEnded?: boolean;
  /** The body that a body parser has left. */
  body?: unknown;
  /** The body as sent, which some hosts keep beside the parsed one: Cloud Functions, Firebase, NestJS. */
  rawBody?: unknown;
}

/** Returns the request of node:http, which Yoga's listener adds to its context, or `undefined` for other hosts. */
export function nodeRequestOf({
  req,
}: {
  req?: { complete?: unknown; rawHeaders?: unknown };
}): NodeRequest | undefined {
  const isNode = typeof req?.complete === 'boolean' && Array.isArray(req.rawHeaders);
  return isNode ? (req as unknown as NodeRequest) : undefined;
}

/** The error for a request whose body the host has read without keeping it. */
export const bodyConsumed =
  'The host has read the body of this request and kept no copy: mount the gateway before the body parser, or exclude its path there.';

/**
 * Returns the body that the fast path or a host has read, as text, or `undefined` if the gateway must read it. If a body parser has
 * left an empty value such as `{}`, Yoga would wait forever for the end of a stream that has already ended.
 *
 * @throws HostConfigurationError if the host has not kept the body; the error of a body that the fast path could not read
 */
export function bodyReadByHost(request: Request, node: NodeRequest | undefined): string | undefined {
  const kept = keptText(node ?? request);
  if (kept !== undefined) return kept;
  if (!(node ? node.readableEnded : request.bodyUsed)) return undefined;
  const { body, rawBody } = node ?? {};
  if (isNonEmptyRaw(rawBody)) return textOf(rawBody);
  if (isRaw(body)) return textOf(body);
  if (body === undefined) throw new HostConfigurationError(bodyConsumed);
  return JSON.stringify(body);
}

/** Returns whether a host has kept only the parsed body. The bytes that a signature covers are then lost. */
export function hasParsedBodyOnly({ body, rawBody }: Pick<NodeRequest, 'body' | 'rawBody'>): boolean {
  return typeof body === 'object' && body !== null && !isRaw(body) && !isNonEmptyRaw(rawBody);
}

// Some hosts set an empty rawBody if they keep none.
function isNonEmptyRaw(rawBody: unknown): rawBody is string | Uint8Array {
  return isRaw(rawBody) && rawBody.length > 0;
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : createDecoder().decode(body);
}

/** Returns a UTF-8 decoder that keeps a byte order mark: the reader of the text decides whether one is allowed. */
export function createDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
