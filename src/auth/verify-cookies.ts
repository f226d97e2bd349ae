import type { ClerkClient } from '@clerk/backend';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { isAuthorizedParty, partyRefusal, sdkPartyOption } from './authorized-party.ts';
import { type Authentication, callerFromClaims, refused } from './caller.ts';
import { describeRefusedParty } from './refused-party.ts';
import { sessionRefusal } from './session-claims.ts';
import { protectedHeader, type VerificationOptions } from './verify-bearer.ts';

/** Clerk's session cookies of a request, already cleared of everything else. */
export interface SessionCookies {
  /** The value for a `Cookie` header. */
  cookie: string;
  /** The session tokens in it. */
  tokens: readonly string[];
}

export interface CookieVerificationOptions extends VerificationOptions {
  clerk: Pick<ClerkClient, 'authenticateRequest'>;
}

/**
 * Verifies Clerk's session cookies with `authenticateRequest`, on a request rebuilt from nothing but the method, the
 * URL without its query, and these cookies: whatever else the client sent cannot start a handshake.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's keys are out of reach
 */
export async function verifyCookies(
  request: Request,
  cookies: SessionCookies,
  options: CookieVerificationOptions,
  waitUntil?: WaitUntil,
): Promise<Authentication> {
  const jwtKey = await keyOfCookies(cookies.tokens, options, waitUntil);
  if (jwtKey === null) return refused('no cookie is signed with a known key (kid)');
  try {
    const { method } = request;
    const { origin, pathname } = new URL(request.url);
    const state = await options.clerk.authenticateRequest(
      new Request(origin + pathname, { method, headers: { cookie: cookies.cookie } }),
      { jwtKey, ...sdkPartyOption(options) },
    );
    // `toAuth()` is null for a handshake and signed out for a pending session; `isAuthenticated` tells neither.
    const auth = state.toAuth();
    if (!auth?.sessionId || !state.token) {
      const detail = await describeRefusedParty(state.reason, cookies.tokens, jwtKey);
      return refused(state.reason ?? 'signed out', detail);
    }
    // The SDK chooses among the cookies: it may have taken one that `keyOfCookies` has passed over.
    const header = protectedHeader(state.token);
    if (header === undefined) return refused('not a JWT with a readable header');
    if (!isAuthorizedParty(auth.sessionClaims.azp, options)) {
      return refused(partyRefusal, await describeRefusedParty(partyRefusal, [state.token], jwtKey));
    }
    const refusal = sessionRefusal(header, auth.sessionClaims, options);
    return refusal === undefined
      ? { kind: 'caller', caller: callerFromClaims(auth.sessionClaims) }
      : refused(refusal);
  } catch {
    return refused('not verifiable');
  }
}

// Another Clerk application on the same domain leaves its own `__session` beside ours: take the first known key.
async function keyOfCookies(
  tokens: readonly string[],
  { keys }: VerificationOptions,
  waitUntil: WaitUntil | undefined,
): Promise<string | null> {
  for (const token of tokens) {
    const header = protectedHeader(token);
    const pem = header === undefined ? null : await keys.find(header.kid, waitUntil);
    if (pem !== null) return pem;
  }
  return null;
}
