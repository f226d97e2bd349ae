/**
 * Returns whether a `Content-Type` header names a media type in UTF-8. Other parameters are ignored.
 *
 * @param contentType - the value of the header
 * @param mediaType - in lower case, such as `application/json`
 */
export function isInUtf8(contentType: string, mediaType: string): boolean {
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return type === mediaType && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}
