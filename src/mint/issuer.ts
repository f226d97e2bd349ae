import type { ClerkClient } from '@clerk/backend';
import { withDeadline } from '../deadline.ts';
import { type ClerkFailure, readClerkFailure } from './clerk-failure.ts';
import { decodeMintedToken, type MintedToken } from './minted-token.ts';

/** What came of one mint. */
export type Issued =
  | { readonly kind: 'token'; readonly token: MintedToken }
  | { readonly kind: 'failure'; readonly failure: ClerkFailure };

/**
 * Mints one token at Clerk. Never rejects.
 *
 * @param sessionId - the caller's session
 * @param template - a name that `assertTemplateName` and the policy have let through
 * @param lifetime - seconds asked of Clerk; undefined for the template's own
 */
export type Issue = (sessionId: string, template: string, lifetime: number | undefined) => Promise<Issued>;

export interface IssuerOptions {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  /** How long one mint may take, in milliseconds. */
  deadline: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The way to Clerk: `sessions.getToken` under a deadline, its answer decoded, its errors read. */
export function createIssuer({ sessions, deadline, now }: IssuerOptions): Issue {
  return async (sessionId, template, lifetime) => {
    try {
      const answer = await withDeadline(sessions.getToken(sessionId, template, lifetime), deadline);
      // With an unexpected content type the SDK resolves to a raw text instead of a Token.
      const jwt: unknown = (answer as { jwt?: unknown } | null | undefined)?.jwt;
      return { kind: 'token', token: decodeMintedToken(jwt, now() / 1000) };
    } catch (error) {
      return { kind: 'failure', failure: readClerkFailure(error) };
    }
  };
}
