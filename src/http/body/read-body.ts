import { withTimeout } from '../../time/with-timeout.ts';
import { bodyReadByHost, createDecoder, nodeRequestOf } from './host-body.ts';

/** 411 without a length, 413 for too much of it, 408 for one that was too slow, 400 for one that did not arrive. */
type BodyStatus = 400 | 408 | 411 | 413;

/** Milliseconds that a body may take where no server of Node.js bounds it. */
const patience = 30_000;

const noLength =
  'The request must say its Content-Length: a body in chunks (Transfer-Encoding: chunked) is not read.';

/** A body that is not read. */
export class BodyError extends Error {
  override name = 'BodyError';
  readonly status: BodyStatus;

  constructor(status: BodyStatus, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a body as text, as far as it keeps to a limit.
 *
 * @param serverContext - what Yoga knows of the server beside the request
 * @param maxBytes - the largest body that is read
 * @throws BodyError; HostConfigurationError where the host has read it and left nothing
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
    // Behind node:http the parser enforces Content-Length, so a length below the limit bounds the body for free; so does the
    // server's requestTimeout its time.
    return await (node ? request.text() : readBoundedText(request, maxBytes));
  } catch (error) {
    // A client that goes away in the middle of its body is no fault of the gateway's.
    throw error instanceof BodyError ? error : new BodyError(400, 'The body did not arrive.');
  }
}

async function readBoundedText({ body }: Request, maxBytes: number): Promise<string> {
  if (body === null) return '';
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const tooSlow = () => new BodyError(408, 'The body did not arrive in time.');
  try {
    return await withTimeout(readToEnd(reader, maxBytes), patience, tooSlow);
  } catch (error) {
    // Whoever sends it need not go on.
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
  return new BodyError(413, `The body is larger than ${maxBytes} bytes.`);
}
