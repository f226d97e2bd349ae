import { ApiError } from './api-error.ts';

// Source of codes and messages: https://clerk.com/docs/guides/development/errors/backend-api

export const keyMissing = () =>
  new ApiError(401, {
    code: 'authorization_header_format_invalid',
    message: 'Invalid Authorization header format',
    longMessage: 'Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>"',
  });

export const keyInvalid = () => {
  const message =
    'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.';
  return new ApiError(401, { code: 'clerk_key_invalid', message, longMessage: message });
};

export const sessionNotFound = (id: string) =>
  notFound('Session not found', `No session was found with id ${id}`);

/**
 * The answer to minting for an ended session, which Clerk does not document. Its specification allows 401 and 404. This 401 is
 * in its error reference, and a 404 would mean that the session never existed.
 */
export const sessionNotUsable = (id: string) =>
  new ApiError(401, {
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
  new ApiError(403, {
    code: 'user_banned',
    message: 'User banned',
    longMessage: 'You have been banned. If you think this was by mistake, please contact support.',
  });

export const reservedClaim = (claim: string) =>
  new ApiError(400, {
    code: 'jwt_template_reserved_claim',
    message: 'reserved claim used',
    longMessage: `You can't use the reserved claim: '${claim}'`,
    meta: { param_name: 'claims' },
  });

export const bodyInvalid = () =>
  new ApiError(400, {
    code: 'request_body_invalid',
    message: 'Request body invalid',
    longMessage: 'The request body is invalid. Please consult the API documentation for more information.',
  });

// The connection cannot be reused, because the rest of the body is not read.
export const bodyTooLarge = () =>
  new ApiError(
    413,
    {
      code: 'request_body_too_large',
      message: 'Request body too large',
      longMessage: 'The request body is larger than the local Clerk accepts.',
    },
    { connection: 'close' },
  );

export const hostInvalid = () =>
  new ApiError(400, {
    code: 'host_invalid',
    message: 'Invalid host',
    longMessage: 'The local Clerk answers only to loopback names (localhost, 127.0.0.0/8, ::1).',
  });

export const tooManyRequests = (retryAfterSeconds: number) =>
  new ApiError(
    429,
    {
      code: 'too_many_requests',
      message: 'Too many requests',
      longMessage: 'Too many requests. Please try again in a bit.',
    },
    { 'retry-after': String(retryAfterSeconds) },
  );

export const unexpected = () =>
  new ApiError(500, {
    code: 'internal_clerk_error',
    message: 'Oops, an unexpected error occurred',
    longMessage: 'The local Clerk failed. The error is in the local Clerk, not in the request.',
  });

const parameterMessages: Readonly<Record<string, string>> = {
  form_param_missing: 'is missing',
  form_param_unknown: 'is unknown',
};

/** A parameter that Clerk refuses with 422. @param code - Clerk's code, such as `form_param_missing` */
export const parameterInvalid = (code: string, parameter: string, longMessage: string) =>
  new ApiError(422, {
    code,
    message: parameterMessages[code] ?? 'is invalid',
    longMessage,
    meta: { param_name: parameter },
  });

function notFound(message: string, longMessage: string) {
  return new ApiError(404, { code: 'resource_not_found', message, longMessage });
}
