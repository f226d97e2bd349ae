// https://clerk.com/docs/guides/sessions/jwt-templates#default-claims, and the claims that tie a session token to its
// session, which the same page refuses to templates.
const RESERVED = new Set([
  'azp',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'sub',
  'sid',
  'o',
  'sts',
  'v',
  'pla',
  'fea',
]);

/** The first top-level claim that a template may not set, if there is one. */
export function findReservedClaim(claims: object): string | undefined {
  return Object.keys(claims).find((claim) => RESERVED.has(claim));
}
