import type { ClerkClient } from '@clerk/backend';
import { type ClerkFailure, readClerkFailure } from './clerk-failure.ts';

/** A request for one template token. */
export interface GetTokenRequest {
  readonly sessionId: string;
  /** A name that `assertTemplateName` has accepted: the SDK puts it into the URL as it is. */
  readonly template: string;
  /** Seconds; undefined for the template's own lifetime. */
  readonly lifetime: number | undefined;
}

/** The outcome of one call: the text that Clerk sent as a token, not decoded, or a failure. */
export type GetTokenResult =
  | { readonly kind: 'text'; readonly jwt: string }
  | { readonly kind: 'failure'; readonly failure: ClerkFailure };

/** Calls Clerk once for a template token. Never rejects. Has no timeout. */
export type GetToken = (request: GetTokenRequest) => Promise<GetTokenResult>;

/** Creates the function that calls Clerk. @param sessions - the SDK's sessions API: `getToken` makes one request to Clerk */
export function createGetToken(sessions: Pick<ClerkClient['sessions'], 'getToken'>): GetToken {
  return async ({ sessionId, template, lifetime }) => {
    try {
      const answer: unknown = await sessions.getToken(sessionId, template, lifetime);
      return readAnswer(answer);
    } catch (error) {
      return { kind: 'failure', failure: readClerkFailure(error) };
    }
  };
}

// With an unexpected content type the SDK resolves to the body's text instead of a Token.
function readAnswer(answer: unknown): GetTokenResult {
  const jwt = (answer as { jwt?: unknown } | null | undefined)?.jwt;
  if (typeof jwt === 'string') return { kind: 'text', jwt };
  return { kind: 'failure', failure: { kind: 'unavailable', reason: "Clerk's answer contains no token" } };
}
