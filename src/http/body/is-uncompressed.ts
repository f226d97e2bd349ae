/** Returns whether the headers of a request declare a body that is not compressed. */
export function isUncompressed(headers: Headers): boolean {
  return /^(?:identity)?$/i.test(headers.get('content-encoding') ?? '');
}
