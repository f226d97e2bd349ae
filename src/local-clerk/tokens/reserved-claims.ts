import { defaultClaims } from '../../jwt-templates/default-claims.ts';

// Source: https://clerk.com/docs/guides/sessions/jwt-templates#default-claims, including the claims of session tokens that
// the page reserves.
const reservedClaims: ReadonlySet<string> = new Set([
  ...Object.keys(defaultClaims),
  ...['sid', 'o', 'sts', 'v', 'pla', 'fea'],
]);

/** Returns the first top-level claim that a template must not set, or `undefined`. */
export function findReservedClaim(claims: object): string | undefined {
  return Object.keys(claims).find((claim) => reservedClaims.has(claim));
}
