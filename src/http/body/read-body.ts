import { withTimeout } from '../../time/with-timeout.ts';
import { bodyReadByHost, createDecoder, nodeRequestOf } from './host-body.ts';

/** 411 without a length, 413 for a large body, 408 for a slow one, 400 for an incomplete one. */
type BodyStatus = 400 | 408 | 411 | 413;

/** How long a body may take, in milliseconds, on hosts other than Node.js, whose server has a timeout. */
const timeoutMs = 30_000;

const noLength =
  'The request has no Content-Length: send it. A chunked body (Transfer-Encoding: chunked) is not accepted.';

/** Thrown for a body that is refused. */
export class BodyError extends Error {
  override name = 'BodyError';
  readonly status: BodyStatus;

  constructor(status: BodyStatus, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a body as text.
 *
 * @param serverContext - Yoga's server context of the request
 * @param maxBytes - the largest body that is read, in bytes
 * @throws BodyError; HostConfigurationError if the host has read the body and not kept it
 */
export async function readBody(request: Request, serverContext: object, maxBytes: number): Promise<string> {
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes);
  const node = nodeRequestOf(serverContext);
  const read = bodyReadByHost(request, node);
  if (read !== undefined) {
    if (read.length > maxBytes) throw tooLarge(maxBytes);
    return read;
  }
  if (node && declared === null) throw new BodyError(411, noLength);
  try {
    // In node:http the parser enforces Content-Length, so a length below the limit bounds the body. The server's requestTimeout
    // bounds its time.
    return await (node ? request.text() : readBoundedText(request, maxBytes));
  } catch (error) {
    // A client that disconnects while it sends its body is not a fault of the gateway.
    throw error instanceof BodyError ? error : incompleteBody();
  }
}

/** Returns the error of a body whose client has disconnected before its end. */
export function incompleteBody(): BodyError {
  return new BodyError(400, 'The body is incomplete: send it again.');
}

async function readBoundedText({ body }: Request, maxBytes: number): Promise<string> {
  if (body === null) return '';
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const tooSlow = () =>
    new BodyError(408, `The body did not arrive within ${timeoutMs / 1_000} s: send it again.`);
  try {
    return await withTimeout(readToEnd(reader, maxBytes), timeoutMs, tooSlow);
  } catch (error) {
    // Makes the sender stop.
    reader.cancel().catch(() => {});
    throw error;
  }
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = createDecoder();
  let size = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(maxBytes: number): BodyError {
  return new BodyError(413, `The body is too large: send at most ${maxBytes} bytes.`);
}
