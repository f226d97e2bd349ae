import { HostConfigurationError } from '../errors.ts';
import type { SessionClaims } from './caller.ts';
import type { HostAuthenticate, HostAuthentication, HostRefusal } from './host-authenticate.ts';

/**
 * The properties of Clerk's auth object that the gateway reads. Clerk's SDKs for Next.js, Express, Fastify, Hono, React Router and Remix
 * return it from `auth()` or `getAuth()`; in the SDK for Node.js it is `req.auth`.
 */
export interface ClerkAuth {
  /** The user; `null` when signed out. */
  userId?: string | null;
  /** The claims of the session token; `null` when signed out. */
  sessionClaims?: object | null;
  /** `session_token`, or another type where the host accepts other tokens, too. Older SDKs do not have it. */
  tokenType?: string | null;
}

/**
 * Creates the option `authenticate` for a host in which Clerk's middleware has verified the request. The session token is not verified again.
 *
 * @param getAuth - returns Clerk's auth object of the request. It is called with the second argument of `gateway.fetch` (for a node:http
 *   server, such as Express, `{ req, res }`) and with the request
 * @returns a function that returns `null` for a signed-out request, and a refusal (`UNAUTHENTICATED`) for a machine token and for a handshake
 *   that Clerk's SDK throws as a `Response`. Where the auth object is missing or has no session, or `getAuth` throws, it throws
 *   `INTERNAL_SERVER_ERROR` with a message that says how to configure the host
 *
 * @example
 * authenticate: clerkAuth(() => auth()) // Next.js
 * @example
 * authenticate: clerkAuth<{ req: Request }>(({ req }) => getAuth(req)) // Express
 */
export function clerkAuth<HostContext = unknown>(
  getAuth: (hostContext: HostContext, request: Request) => ClerkAuth | null | undefined | Promise<ClerkAuth>,
): HostAuthenticate {
  return async (request, hostContext) => {
    try {
      return readAuth(await getAuth(hostContext as HostContext, request));
    } catch (error) {
      if (error instanceof HostConfigurationError) throw error;
      // Clerk's SDK throws a redirect to Clerk and back, which the client of an API cannot follow.
      if (isResponse(error))
        return { refused: 'Clerk requires a handshake: the session token must be refreshed' };
      throw new HostConfigurationError(authFailed, { cause: error });
    }
  };
}

const authFailed =
  "Clerk's auth function failed in the server around this gateway. Check that Clerk's middleware (clerkMiddleware) runs before the gateway and for its path.";
const noAuth =
  "The server around this gateway has no auth object of Clerk for this request. Check that Clerk's middleware (clerkMiddleware) runs before the gateway and for its path.";
const noSession =
  "Clerk's auth object in the server around this gateway has a user, but no claims of a session token with a session id (sessionClaims.sid). Pass the auth object unchanged.";

function readAuth(auth: unknown): HostAuthentication | HostRefusal | null {
  if (typeof auth !== 'object' || auth === null) throw new HostConfigurationError(noAuth);
  const { userId, sessionClaims, tokenType } = auth as ClerkAuth;
  if (tokenType && tokenType !== 'session_token') return { refused: 'not a session token (tokenType)' };
  if (hasSession(sessionClaims)) return { claims: sessionClaims };
  if (userId || sessionClaims) throw new HostConfigurationError(noSession);
  // A signed-out auth object has null here: an object without the property is not an auth object.
  if (userId === undefined && sessionClaims === undefined) throw new HostConfigurationError(noAuth);
  return null;
}

function hasSession(claims: unknown): claims is SessionClaims {
  return typeof (claims as { sid?: unknown } | null | undefined)?.sid === 'string';
}

// Not by instanceof: a host may have another implementation of Response.
function isResponse(error: unknown): boolean {
  if (error instanceof Error) return false;
  const { status, headers } = (error ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.get === 'function';
}
