import { randomBytes } from 'node:crypto';
import { ClerkAPIResponseError } from '@clerk/shared/error';

/** An error body as Clerk's Backend API sends it: errors with codes, and a trace id. */
export function clerkErrorBody(code: string, message: string) {
  const errors = [{ code, message, long_message: message, meta: {} }];
  return { errors, clerk_trace_id: randomBytes(16).toString('hex') };
}

/** An error as Clerk's SDK throws it. @param retryAfter - seconds */
export function clerkError(status: number, code = '', message = '', retryAfter?: number): Error {
  const data = [{ code, message, long_message: message, meta: {} }];
  return new ClerkAPIResponseError(message || `status ${status}`, {
    ...{ data: data as never, status, clerkTraceId: 'trace1234' },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Clerk's error answers, by their meaning. */
export const clerkErrors = {
  unknownTemplate: () => clerkError(404, 'resource_not_found', 'JWT template not found'),
  unknownSession: () => clerkError(404, 'resource_not_found', 'Session not found'),
  otherNotFound: () => clerkError(404, 'resource_not_found', 'URL not found'),
  unauthorized: () => clerkError(401, 'session_revoked', 'This session was revoked'),
  unprocessable: () => clerkError(422, 'form_param_invalid', 'Invalid'),
  keyRefused: () => clerkError(401, 'clerk_key_invalid', 'The provided Clerk Secret Key is invalid.'),
  broken: () => clerkError(500, 'internal', 'Internal error'),
  throttled: (retryAfter?: number) => clerkError(429, 'too_many_requests', 'Too many requests', retryAfter),
};

/** Returns a function that throws an error in place of an answer. */
export function throwing(error: () => Error): () => never {
  return () => {
    throw error();
  };
}
