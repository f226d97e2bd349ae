import { bodyTooLarge } from '../api-error.ts';

/**
 * The body as text. (Hono's `bodyLimit` rebuilds the request, which a server that leaves the globals alone cannot do.)
 *
 * @param maxBytes Of the body, whatever its Content-Length says.
 * @throws ClerkError 413 as soon as there are more.
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
