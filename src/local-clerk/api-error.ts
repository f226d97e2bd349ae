/** One entry of Clerk's `errors` array. */
export interface ClerkErrorEntry {
  code: string;
  message: string;
  longMessage: string;
  meta?: Record<string, unknown>;
}

/** An answer other than 2xx, thrown by a route and turned into Clerk's error body by the app. */
export class ClerkError extends Error {
  readonly status: number;
  readonly entry: ClerkErrorEntry;
  readonly headers: Record<string, string>;

  constructor(status: number, entry: ClerkErrorEntry, headers: Record<string, string> = {}) {
    super(entry.longMessage);
    this.name = 'ClerkError';
    this.status = status;
    this.entry = entry;
    this.headers = headers;
  }
}

// Codes and wording: https://clerk.com/docs/guides/development/errors/backend-api

export const keyMissing = () =>
  new ClerkError(401, {
    code: 'authorization_header_format_invalid',
    message: 'Invalid Authorization header format',
    longMessage: 'Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>"',
  });

export const keyInvalid = () => {
  const message =
    'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.';
  return new ClerkError(401, { code: 'clerk_key_invalid', message, longMessage: message });
};

export const sessionNotFound = (id: string) =>
  notFound('Session not found', `No session was found with id ${id}`);

/**
 * Clerk documents no answer for minting from a session that is over. Its specification allows 401 and 404 here; its
 * error reference has this 401, and a 404 would read as if the session had never been.
 */
export const sessionNotUsable = (id: string) =>
  new ClerkError(401, {
    code: 'unauthorized_action_for_session',
    message: 'Unauthorized action for session',
    longMessage: `Not authorized to perform requested action on session ${id}`,
  });

export const templateNotFound = (attribute: 'id' | 'name', value: string) =>
  notFound('JWT template not found', `No JWT template exists with ${attribute}: ${value}`);

export const userNotFound = (id: string) => notFound('not found', `No user was found with id ${id}`);

export const organizationNotFound = () => notFound('not found', 'Given organization not found.');

export const urlNotFound = () => notFound('URL not found', 'The URL was not found');

export const userBanned = () =>
  new ClerkError(403, {
    code: 'user_banned',
    message: 'User banned',
    longMessage: 'You have been banned. If you think this was by mistake, please contact support.',
  });

export const reservedClaim = (claim: string) =>
  new ClerkError(400, {
    code: 'jwt_template_reserved_claim',
    message: 'reserved claim used',
    longMessage: `You can't use the reserved claim: '${claim}'`,
    meta: { param_name: 'claims' },
  });

export const bodyInvalid = () =>
  new ClerkError(400, {
    code: 'request_body_invalid',
    message: 'Request body invalid',
    longMessage: 'The request body is invalid. Please consult the API documentation for more information.',
  });

// The rest of the body is not read, so the connection is of no further use.
export const bodyTooLarge = () =>
  new ClerkError(
    413,
    {
      code: 'request_body_too_large',
      message: 'Request body too large',
      longMessage: 'The request body is larger than the local Clerk accepts.',
    },
    { connection: 'close' },
  );

export const hostInvalid = () =>
  new ClerkError(400, {
    code: 'host_invalid',
    message: 'Invalid host',
    longMessage: 'The local Clerk answers only to loopback names (localhost, 127.0.0.0/8, ::1).',
  });

export const tooManyRequests = (retryAfterSeconds: number) =>
  new ClerkError(
    429,
    {
      code: 'too_many_requests',
      message: 'Too many requests',
      longMessage: 'Too many requests. Please try again in a bit.',
    },
    { 'retry-after': String(retryAfterSeconds) },
  );

export const unexpected = () =>
  new ClerkError(500, {
    code: 'internal_clerk_error',
    message: 'Oops, an unexpected error occurred',
    longMessage: 'The local Clerk failed. This is a fault of the stand-in, not of the request.',
  });

/** A parameter that Clerk answers with 422. */
export const parameterInvalid = (code: string, parameter: string, longMessage: string) =>
  new ClerkError(422, {
    code,
    message:
      code === 'form_param_missing'
        ? 'is missing'
        : code === 'form_param_unknown'
          ? 'is unknown'
          : 'is invalid',
    longMessage,
    meta: { param_name: parameter },
  });

function notFound(message: string, longMessage: string) {
  return new ClerkError(404, { code: 'resource_not_found', message, longMessage });
}
