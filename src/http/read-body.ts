/**
 * Reads a body as text and stops as soon as it grows beyond a limit.
 *
 * @param maxBytes - the largest body that is read to its end
 * @param tooLarge - makes the error for a larger one
 */
export async function readBoundedText(
  request: Request,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<string> {
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
