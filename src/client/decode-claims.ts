import { jwtPayload } from './jwt-payload.ts';
import { TokenError } from './token-error.ts';

/**
 * Returns the claims of a token, a new object for each call. The token is not verified.
 *
 * @throws TokenError `NETWORK_ERROR` for a text that is not a JWT
 */
export function decodeClaims<Claims = Record<string, unknown>>(jwt: string): Claims {
  let claims: unknown;
  try {
    // Some versions of React Native have no TextDecoder. This refuses malformed UTF-8, too.
    claims = JSON.parse(decodeURIComponent(jwtPayload(jwt).replace(/./gs, percentEncode)));
  } catch {
    // Without a cause: the error of JSON.parse contains a part of the claims.
  }
  if (typeof claims === 'object' && claims && !Array.isArray(claims)) {
    return claims as Claims;
  }
  throw new TokenError('NETWORK_ERROR', 'The token has no readable claims: check the URL of the gateway.');
}

function percentEncode(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
