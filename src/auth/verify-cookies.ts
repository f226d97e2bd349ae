import type { ClerkClient } from '@clerk/backend';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { type Authentication, refused } from './authentication.ts';
import { readJoseHeader } from './jose-header.ts';
import { authenticateClaims } from './session-claims.ts';
import type { VerificationOptions } from './verify-bearer.ts';

/** Clerk's session cookies of a request, without all other cookies. */
interface SessionCookies {
  /** The value of a `Cookie` header. */
  cookie: string;
  /** The session tokens in it. */
  tokens: readonly string[];
}

export interface CookieVerificationOptions extends VerificationOptions {
  /** Returns the client of Clerk's SDK for a verification. It sends nothing. */
  clerk: () => Pick<ClerkClient, 'authenticateRequest'>;
}

/**
 * Verifies Clerk's session cookies with the SDK's `authenticateRequest`, and applies the rules for session tokens.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's key set is needed and cannot be fetched
 */
export async function verifyCookies(
  request: Request,
  cookies: SessionCookies,
  options: CookieVerificationOptions,
  waitUntil?: WaitUntil,
): Promise<Authentication> {
  const jwtKey = await findKey(cookies.tokens, options, waitUntil);
  if (jwtKey === null) return refused('no cookie is signed with a known key (kid)');
  try {
    const state = await options.clerk().authenticateRequest(rebuildRequest(request, cookies), { jwtKey });
    // `toAuth()` is null for a handshake and signed out for a pending session; `isAuthenticated` distinguishes neither.
    const auth = state.toAuth();
    if (!auth?.sessionId || !state.token) return refused(state.reason ?? 'signed out');
    // The SDK chooses among several cookies, so this token may have another header than the one whose key was found.
    const header = readJoseHeader(state.token);
    if (header === undefined) return refused('not a JWT with a readable header');
    return authenticateClaims(auth.sessionClaims, header, options);
  } catch {
    return refused('not verifiable');
  }
}

// Query and other headers are left out: they can start a handshake, in which the SDK calls Clerk.
function rebuildRequest({ url, method }: Request, { cookie }: SessionCookies): Request {
  const { origin, pathname } = new URL(url);
  return new Request(origin + pathname, { method, headers: { cookie } });
}

// Another Clerk application on the same domain has its own `__session` cookie: the first token with a known key counts.
async function findKey(
  tokens: readonly string[],
  { keys }: VerificationOptions,
  waitUntil: WaitUntil | undefined,
): Promise<string | null> {
  for (const token of tokens) {
    const header = readJoseHeader(token);
    const pem = header === undefined ? null : await keys.find(header.kid, waitUntil);
    if (pem !== null) return pem;
  }
  return null;
}
