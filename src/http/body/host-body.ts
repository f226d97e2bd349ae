import { HostConfigurationError } from '../../errors.ts';

/** What is read here of http.IncomingMessage, and of what the hosts around a gateway make of it. */
export interface NodeRequest {
  /** As they came: Yoga writes into the others. */
  rawHeaders: readonly string[];
  /** Whether somebody has read the body to its end. */
  readableEnded?: boolean;
  /** What a body parser has left. */
  body?: unknown;
  /** The body as it came, where a host keeps it beside what it has parsed: Cloud Functions, Firebase, NestJS. */
  rawBody?: unknown;
}

/** The request of node:http, which Yoga's listener puts beside its own; undefined for other hosts. */
export function nodeRequestOf({
  req,
}: {
  req?: { complete?: unknown; rawHeaders?: unknown };
}): NodeRequest | undefined {
  const isNode = typeof req?.complete === 'boolean' && Array.isArray(req.rawHeaders);
  return isNode ? (req as unknown as NodeRequest) : undefined;
}

/** The message for a request whose body the host has read and not kept. */
export const readByHost =
  'The server around the gateway has read the body of this request and left nothing of it: mount the gateway before the body parser, or leave its path out there.';

/**
 * The body that a host has read already, as text; undefined where the gateway is to read it itself. Yoga would wait for ever
 * for the end of a stream that is over, whenever a body parser has left something without content, such as `{}`.
 *
 * @throws HostConfigurationError where nothing is left of it
 */
export function bodyReadByHost(request: Request, node: NodeRequest | undefined): string | undefined {
  if (!(node ? node.readableEnded : request.bodyUsed)) return undefined;
  const { body, rawBody } = node ?? {};
  if (isKept(rawBody)) return textOf(rawBody);
  if (isAsSent(body)) return textOf(body);
  if (body === undefined) throw new HostConfigurationError(readByHost);
  return JSON.stringify(body);
}

/** Whether a host has left of a body only what it has parsed: the bytes that were sent cannot be had from it. */
export function isParsedOnly({ body, rawBody }: Pick<NodeRequest, 'body' | 'rawBody'>): boolean {
  return typeof body === 'object' && body !== null && !isAsSent(body) && !isKept(rawBody);
}

// Some hosts have an empty one where they keep nothing.
function isKept(rawBody: unknown): rawBody is string | Uint8Array {
  return isAsSent(rawBody) && rawBody.length > 0;
}

function isAsSent(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : createDecoder().decode(body);
}

/** Decodes UTF-8 and keeps a byte order mark: readers of the text say whether it may stand there. */
export function createDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
