/** A body that is not read. */
export class BodyRefusal extends Error {
  override name = 'BodyRefusal';
  /** 411, 413, or 400 for one that did not arrive. */
  readonly status: 400 | 411 | 413;

  constructor(status: 400 | 411 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a body as text, as far as it keeps to a limit.
 *
 * @param serverContext - what Yoga knows of the server beside the request
 * @param maxBytes - the largest body that is read
 * @throws BodyRefusal
 */
export async function readBody(request: Request, serverContext: object, maxBytes: number): Promise<string> {
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes);
  const behindNode = isBehindNode(serverContext);
  if (behindNode && declared === null) throw new BodyRefusal(411, 'The request must say its Content-Length.');
  try {
    // Behind node:http the parser enforces Content-Length, so a length below the limit bounds the body for free.
    return await (behindNode ? request.text() : readBoundedText(request, maxBytes));
  } catch (error) {
    // A client that goes away in the middle of its body is no fault of the gateway's.
    throw error instanceof BodyRefusal ? error : new BodyRefusal(400, 'The body did not arrive.');
  }
}

async function readBoundedText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

// The shape of http.IncomingMessage, which Yoga's listener puts beside the request.
function isBehindNode({ req }: { req?: { complete?: unknown; rawHeaders?: unknown } }): boolean {
  return typeof req?.complete === 'boolean' && Array.isArray(req.rawHeaders);
}

function tooLarge(maxBytes: number): BodyRefusal {
  return new BodyRefusal(413, `The body is larger than ${maxBytes} bytes.`);
}
