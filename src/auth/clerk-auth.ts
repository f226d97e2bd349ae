import { HostConfigurationError } from '../errors.ts';
import type { HostAuthenticate, HostAuthentication, HostRefusal } from './authenticate.ts';
import type { SessionClaims } from './caller.ts';

/**
 * The part that is read of Clerk's auth object: what `auth()` and `getAuth()` return in Clerk's SDKs for Next.js, Express, Fastify,
 * Hono, React Router and Remix, and what `req.auth` is in the SDK for Node.js.
 */
export interface ClerkAuth {
  /** The user; null when nobody is signed in. */
  userId?: string | null;
  /** The claims of the session token; null when nobody is signed in. */
  sessionClaims?: object | null;
  /** `session_token`, unless the host takes other tokens, too. Older SDKs do not say. */
  tokenType?: string | null;
}

/**
 * The option `authenticate` for a host in which Clerk's middleware has verified the request: its verdict is taken, and nothing is
 * verified twice.
 *
 * @param getAuth - gives Clerk's auth object of the request. It gets what the host passed to `gateway.fetch` beside the
 *   request (behind a node:http server, Express among them, `{ req, res }`), and the request
 * @returns for signed-out requests nobody; for a handshake that Clerk's SDK throws as a `Response`, and for tokens of machines,
 *   a refusal (`UNAUTHENTICATED`); for an auth object that is missing, cannot be had, or has no session, `INTERNAL_SERVER_ERROR` with
 *   a message that says what the host lacks
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
      return authenticationOf(await getAuth(hostContext as HostContext, request));
    } catch (error) {
      if (error instanceof HostConfigurationError) throw error;
      // Thrown so that the host would send the browser to Clerk and back, which an API's client cannot follow.
      if (isResponse(error)) return { refused: 'Clerk wants a handshake: the session token is not fresh' };
      throw new HostConfigurationError(noVerdict, { cause: error });
    }
  };
}

const noVerdict =
  "Clerk's auth function failed in the server around this gateway. Does Clerk's middleware (clerkMiddleware) run before it, for its path, too?";
const noAuth =
  "The server around this gateway has no auth object of Clerk's for this request. Does Clerk's middleware run before it, for its path, too?";
const noSession =
  "Clerk's auth object in the server around this gateway names a user, but has no claims of a session token with a session id (sessionClaims.sid).";

function authenticationOf(auth: unknown): HostAuthentication | HostRefusal | null {
  if (typeof auth !== 'object' || auth === null) throw new HostConfigurationError(noAuth);
  const { userId, sessionClaims, tokenType } = auth as ClerkAuth;
  if (tokenType && tokenType !== 'session_token') return { refused: 'not a session token (tokenType)' };
  if (hasSession(sessionClaims)) return { claims: sessionClaims };
  if (userId || sessionClaims) throw new HostConfigurationError(noSession);
  // Signed-out auth objects say so with null: an object without the property is something else.
  if (userId === undefined && sessionClaims === undefined) throw new HostConfigurationError(noAuth);
  return null;
}

function hasSession(claims: unknown): claims is SessionClaims {
  return typeof (claims as { sid?: unknown } | null | undefined)?.sid === 'string';
}

// Of any realm, and of any implementation: hosts bring their own.
function isResponse(error: unknown): boolean {
  if (error instanceof Error) return false;
  const { status, headers } = (error ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof headers?.get === 'function';
}
