/**
 * What tells a session token from one of another session, user, organization or role: its claims, without those that change with every
 * session token (the gateway's cache leaves out the same). Nothing is verified; that is the gateway's task. A token that cannot be read, or
 * not on this platform, is told apart by its text.
 */
export function sessionIdentity(sessionToken: string): string {
  try {
    const payload = sessionToken.split('.')[1] ?? '';
    // A character beyond ASCII comes out as several, which is as good for telling apart.
    const text = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
    const { iat, exp, nbf, jti, fva, ...lasting } = JSON.parse(text);
    return lasting.sid ? JSON.stringify(lasting) : sessionToken;
  } catch {
    return sessionToken;
  }
}
