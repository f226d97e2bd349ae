import { verifyToken } from '@clerk/backend';
import { TokenVerificationError } from '@clerk/backend/errors';
import { decodeJwt } from '@clerk/backend/jwt';
import { type Authentication, callerFromClaims, refused } from './caller.ts';
import { type SessionRules, sessionRefusal } from './session-rules.ts';
import type { VerificationKeys } from './verification-keys.ts';

/** What both ways of verifying need. */
export interface VerificationOptions extends SessionRules {
  keys: VerificationKeys;
  /** Accepted values of the claim `azp`; undefined accepts any. */
  authorizedParties: readonly string[] | undefined;
}

/**
 * Verifies a session token from a Bearer header with Clerk's `verifyToken`, then applies the rules that it leaves
 * to its caller.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's keys are out of reach
 */
export async function verifyBearer(token: string, options: VerificationOptions): Promise<Authentication> {
  const header = protectedHeader(token);
  if (header === undefined) return refused('not a JWT');
  const jwtKey = await options.keys.find(header.kid);
  if (jwtKey === null) return refused('signed with an unknown key (kid)');
  try {
    const claims = await verifyToken(token, {
      jwtKey,
      ...(options.authorizedParties ? { authorizedParties: [...options.authorizedParties] } : {}),
    });
    const refusal = sessionRefusal(header, claims, options);
    return refusal === undefined ? { kind: 'caller', caller: callerFromClaims(claims) } : refused(refusal);
  } catch (error) {
    return refused(verificationReason(error));
  }
}

/** The JOSE header as Clerk's SDK reads it; undefined when there is none. Nothing in it is trusted yet. */
export function protectedHeader(token: string): { kid?: string; cat?: unknown } | undefined {
  try {
    const { header } = decodeJwt(token);
    return typeof header === 'object' && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}

// The SDK's messages quote claim values; its reasons are plain words such as `token-expired`.
function verificationReason(error: unknown): string {
  return error instanceof TokenVerificationError ? error.reason : 'not verifiable';
}
