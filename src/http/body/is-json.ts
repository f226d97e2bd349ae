import { isInUtf8 } from './media-type.ts';

/**
 * Returns whether a media type is JSON in UTF-8 (RFC 8259, section 8.1). Other parameters of the media type are ignored.
 *
 * @param contentType - the value of a `Content-Type` header
 */
export function isJson(contentType: string): boolean {
  return contentType === 'application/json' || isInUtf8(contentType, 'application/json');
}
