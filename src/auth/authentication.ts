import type { Caller } from './caller.ts';

/** The outcome of authenticating a request: a caller, no credentials, or credentials that were refused. */
export type Authentication =
  | { readonly kind: 'authenticated'; readonly caller: Caller }
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** Follows the reason in the log. No answer shows it, because it may hold the authorized party. */
      readonly detail?: string | undefined;
      /** The caller of a verified session that is refused because it was revoked. */
      readonly caller?: Caller;
    };

/** The authentication of a request without credentials. */
export const anonymous: Authentication = { kind: 'anonymous' };

/**
 * Creates the authentication of refused credentials.
 *
 * @param reason - for the log, and for answers in development; without any value of the credentials
 * @param detail - for the log only
 */
export function refused(reason: string, detail?: string): Authentication {
  return { kind: 'refused', reason, detail };
}
