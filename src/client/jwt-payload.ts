/**
 * Decodes the payload of a JWT from base64url. The token is not verified.
 *
 * @returns the bytes, each as one character (Latin-1)
 * @throws DOMException for a payload that is not base64url
 */
export function jwtPayload(jwt: string): string {
  return atob((jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
}
