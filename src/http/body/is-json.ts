/**
 * Returns whether a media type is JSON in UTF-8 (RFC 8259, section 8.1). Other parameters of the media type are ignored.
 *
 * @param contentType - the value of a `Content-Type` header
 */
export function isJson(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return type === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}
