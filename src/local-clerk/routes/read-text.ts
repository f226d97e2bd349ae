import { bodyTooLarge } from '../errors/error-catalog.ts';

/**
 * Reads the body of a request as text. `bodyLimit` of Hono is not used: it rebuilds the request, which fails on a server that
 * does not replace the global `Request`.
 *
 * @param maxBytes - the limit of the body in bytes, independent of its Content-Length
 * @throws ApiError 413 as soon as the body exceeds the limit
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw bodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
