/** Decodes a text file: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. Removes the byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/**
 * Decodes a text file, and refuses other bytes. Different files give different texts.
 *
 * @returns `undefined` for bytes that are not a text
 */
export function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
