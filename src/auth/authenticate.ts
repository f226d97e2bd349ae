import { gatewayError, HostConfigurationError } from '../errors.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { waitUntilOf } from '../runtime/wait-until.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { type Authentication, callerFromClaims, nobody, refused, type SessionClaims } from './caller.ts';
import { presentedCredentials } from './credentials.ts';
import { outOfTime, type SessionRules, sessionRefusal } from './session-claims.ts';
import { verifyBearer } from './verify-bearer.ts';
import { type CookieVerificationOptions, verifyCookies } from './verify-cookies.ts';

/**
 * Decides who is calling.
 *
 * @param request - the incoming request
 * @param hostContext - whatever the host passed to `gateway.fetch` beside the request; behind a node:http server
 *   `{ req, res }`
 * @throws `UPSTREAM_UNAVAILABLE` when that cannot be decided because Clerk's keys are out of reach
 */
export type Authenticate = (request: Request, hostContext: unknown) => Promise<Authentication>;

/** What a host's own `authenticate` returns for a signed-in request: the full claims of the session token. */
export interface HostAuthentication {
  /** All claims of the verified session token, among them `sid`, `sub`, `iat` and `exp`. */
  claims: SessionClaims;
}

/** What a host's own `authenticate` returns for credentials that it does not accept: `UNAUTHENTICATED`. */
export interface HostRefusal {
  /** Why, in words for the log, without any value of the credentials. */
  refused: string;
}

/**
 * Replaces the gateway's own authentication where the host (Clerk's middleware) has already done it.
 *
 * @param request - the incoming request
 * @param hostContext - what was passed to `gateway.fetch` beside the request, as it is; behind a node:http server
 *   `{ req, res }`
 * @returns the claims of the session token, a refusal, or null when nobody is signed in
 */
export type HostAuthenticate = (request: Request, hostContext: unknown) => HostAnswer | Promise<HostAnswer>;

type HostAnswer = HostAuthentication | HostRefusal | null;

/** The gateway's own authentication: Clerk's SDK verifies, the design's rules are applied on top. */
export function clerkAuthenticate(options: CookieVerificationOptions): Authenticate {
  return async (request, hostContext) => {
    const waitUntil = waitUntilOf(hostContext);
    const credentials = presentedCredentials(request.headers);
    switch (credentials.kind) {
      case 'none':
        return nobody;
      case 'unusable':
        return refused(credentials.reason);
      case 'bearer':
        return verifyBearer(credentials.token, options, waitUntil);
      case 'cookies':
        return verifyCookies(request, credentials, options, waitUntil);
    }
  };
}

export interface HostAuthenticateOptions extends SessionRules {
  /** How long the host may take, in milliseconds. */
  deadline: number;
  /** Told of every fault of the host's, but for what it throws, which is logged where it is masked. */
  log: Pick<GatewayLogger, 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const wrongAnswer =
  'authenticate() must return { claims } with the full claims of the session token, { refused } with the reason, or null';
const noAnswer = 'authenticate() gave no answer within the deadline';

/**
 * Wraps a host's `authenticate`. The host vouches for the signature; what the claims say is checked here as always.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when the host does not answer within the deadline
 */
export function hostAuthenticate(
  authenticate: HostAuthenticate,
  { now, deadline, log, ...rules }: HostAuthenticateOptions,
): Authenticate {
  const tooSlow = () => {
    log.error(noAnswer);
    const message = 'It cannot be told right now who is calling. Try again later.';
    return gatewayError('UPSTREAM_UNAVAILABLE', { message, reason: noAnswer });
  };
  return async (request, hostContext) => {
    const asked = authenticated(() => authenticate(request, hostContext), log);
    const answer = await withTimeout(asked, deadline, tooSlow);
    if (answer === null || answer === undefined) return nobody;
    const { refused: why, claims } = answer as Partial<HostAuthentication & HostRefusal>;
    if (typeof why === 'string') return refused(why);
    if (typeof claims !== 'object' || claims === null) {
      log.error(wrongAnswer);
      throw gatewayError('INTERNAL_SERVER_ERROR', { reason: wrongAnswer });
    }
    const refusal = sessionRefusal(undefined, claims, rules) ?? outOfTime(claims, now() / 1000);
    return refusal === undefined ? { kind: 'caller', caller: callerFromClaims(claims) } : refused(refusal);
  };
}

// Wrapped, so that an error of the host's is masked even where it is made for GraphQL clients.
async function authenticated(ask: () => ReturnType<HostAuthenticate>, log: Pick<GatewayLogger, 'error'>) {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostConfigurationError) {
      const { message, cause } = error;
      log.error(cause === undefined ? {} : describeError(cause), message);
      throw gatewayError('INTERNAL_SERVER_ERROR', { message, reason: message });
    }
    throw new Error('authenticate() failed', { cause: error });
  }
}
