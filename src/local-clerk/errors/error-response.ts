import { randomHex } from '../random-id.ts';
import type { ApiError } from './api-error.ts';

/** Returns the response for an error: Clerk's error body, with a random trace id. */
export function errorResponse({ status, entry, headers }: ApiError): Response {
  const { code, message, longMessage, meta } = entry;
  const error = { message, long_message: longMessage, code, ...(meta ? { meta } : {}) };
  const body = { errors: [error], clerk_trace_id: randomHex(16) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
