/**
 * Returns a text that differs between session tokens of different sessions, users, organizations or roles: the claims without those that
 * change with each session token (the gateway's cache key leaves out the same). It verifies nothing; the gateway does. A token that cannot
 * be decoded is its own identity.
 */
export function sessionIdentity(sessionToken: string): string {
  try {
    const payload = sessionToken.split('.')[1] ?? '';
    // Decoded as Latin-1: other characters come out garbled, but equal texts stay equal and different ones different.
    const text = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
    const { iat, exp, nbf, jti, fva, ...stableClaims } = JSON.parse(text);
    return stableClaims.sid ? JSON.stringify(stableClaims) : sessionToken;
  } catch {
    return sessionToken;
  }
}
