// https://clerk.com/docs/guides/sessions/jwt-templates#default-claims, and the claims that make a session token one.
const RESERVED = new Set(['azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub', 'sid', 'o', 'sts']);

/** The first top-level claim that a template may not set, if there is one. */
export function findReservedClaim(claims: object): string | undefined {
  return Object.keys(claims).find((claim) => RESERVED.has(claim));
}
