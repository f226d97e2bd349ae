import type { ClerkError } from './api-error.ts';
import { randomHex } from './random-id.ts';

/** Clerk's error body, with a trace id of its own as every one of Clerk's has. */
export function answerError({ status, entry, headers }: ClerkError): Response {
  const { code, message, longMessage, meta } = entry;
  const error = { message, long_message: longMessage, code, ...(meta ? { meta } : {}) };
  const body = { errors: [error], clerk_trace_id: randomHex(16) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
