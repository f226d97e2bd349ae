import { jwtPayload } from './jwt-payload.ts';

/**
 * Returns a text that differs between session tokens of different sessions, users, organizations or roles: the claims without those that
 * change with each session token. The gateway's cache key omits the same claims. The token is not verified here, but by the gateway. For a
 * token that cannot be decoded, returns the token.
 */
export function sessionIdentity(sessionToken: string): string {
  try {
    // Read as Latin-1: other characters become wrong, but equal texts stay equal and different texts stay different.
    const { iat, exp, nbf, jti, fva, ...stableClaims } = JSON.parse(jwtPayload(sessionToken));
    return stableClaims.sid ? JSON.stringify(stableClaims) : sessionToken;
  } catch {
    return sessionToken;
  }
}
