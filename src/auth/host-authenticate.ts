import { gatewayError, HostConfigurationError } from '../errors.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { withTimeout } from '../time/with-timeout.ts';
import type { Authenticate } from './authenticate.ts';
import { anonymous, refused } from './authentication.ts';
import type { SessionClaims } from './caller.ts';
import { authenticateClaims, findTimeRefusal } from './session-claims.ts';

/** The result of a host's own `authenticate` for a signed-in request. */
export interface HostAuthentication {
  /** All claims of the verified session token, among them `sid`, `sub`, `iat` and `exp`. */
  claims: SessionClaims;
}

/** The result of a host's own `authenticate` for credentials that it refuses: the caller gets `UNAUTHENTICATED`. */
export interface HostRefusal {
  /** The reason, for the log. It must not contain any value of the credentials. */
  refused: string;
}

/**
 * Replaces the gateway's own authentication where the host (Clerk's middleware) has authenticated the request.
 *
 * @param request - the incoming request
 * @param hostContext - the second argument of `gateway.fetch`, unchanged; for a node:http server, `{ req, res }`
 * @returns the claims of the session token, a refusal, or `null` without credentials
 */
export type HostAuthenticate = (request: Request, hostContext: unknown) => HostResult | Promise<HostResult>;

type HostResult = HostAuthentication | HostRefusal | null;

interface HostAuthenticateOptions {
  /** How long the host may take, in milliseconds. */
  deadline: number;
  /** The longest lifetime (`exp - iat`) of a session token, in seconds. */
  maxSessionTokenLifetime: number;
  /** Reports a host that is too slow, is misconfigured, or returns an invalid result. Other errors of the host are logged where they are masked. */
  log: Pick<GatewayLogger, 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const wrongResult =
  'authenticate() must return { claims } with the full claims of the session token, { refused } with the reason, or null';
const noAnswer = 'authenticate() did not answer within the deadline';

/**
 * Creates an `Authenticate` function that calls the host's own. The host has verified the signature and the authorized party; the other
 * rules for session tokens are applied here.
 */
export function createHostAuthenticate(
  authenticate: HostAuthenticate,
  { maxSessionTokenLifetime, deadline, log, now }: HostAuthenticateOptions,
): Authenticate {
  const rules = { maxSessionTokenLifetime, authorizedParties: undefined, acceptMissingAzp: true };
  const timeoutError = () => {
    log.error(noAnswer);
    const message =
      'The server around this gateway did not authenticate the request in time. Try again later.';
    return gatewayError('UPSTREAM_UNAVAILABLE', { message, reason: noAnswer });
  };
  return async (request, hostContext) => {
    const hostResult = callHost(() => authenticate(request, hostContext), log);
    const result = await withTimeout(hostResult, deadline, timeoutError);
    if (result === null || result === undefined) return anonymous;
    const { refused: refusal, claims } = result as Partial<HostAuthentication & HostRefusal>;
    if (typeof refusal === 'string') return refused(refusal);
    if (typeof claims !== 'object' || claims === null) {
      log.error(wrongResult);
      throw gatewayError('INTERNAL_SERVER_ERROR', { reason: wrongResult });
    }
    const outcome = authenticateClaims(claims, undefined, rules);
    const reason = outcome.kind === 'authenticated' ? findTimeRefusal(claims, now() / 1000) : undefined;
    return reason === undefined ? outcome : refused(reason);
  };
}

async function callHost(call: () => ReturnType<HostAuthenticate>, log: Pick<GatewayLogger, 'error'>) {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HostConfigurationError) {
      const { message, cause } = error;
      log.error(cause === undefined ? {} : describeError(cause), message);
      throw gatewayError('INTERNAL_SERVER_ERROR', { message, reason: message });
    }
    // Wrapped, because clients would see the message of a GraphQLError.
    throw new Error('authenticate() failed', { cause: error });
  }
}
