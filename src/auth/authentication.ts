import type { Caller } from './caller.ts';

/** The outcome for accepted credentials. */
export interface Authenticated {
  readonly kind: 'authenticated';
  readonly caller: Caller;
}

/** The outcome of authenticating a request: a caller, no credentials, or credentials that were refused. */
export type Authentication =
  | Authenticated
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** Logged after the reason. Answers do not contain it, because it may name the authorized party. */
      readonly detail?: string | undefined;
      /** The caller of a verified session that is refused because it was revoked. */
      readonly caller?: Caller;
    };

/** The outcome for a request without credentials. */
export const anonymous: Authentication = { kind: 'anonymous' };

/**
 * Returns the outcome for refused credentials.
 *
 * @param reason - for the log, and for answers in development. It must not contain any value of the credentials
 * @param detail - for the log only
 */
export function refused(reason: string, detail?: string): Authentication {
  return { kind: 'refused', reason, detail };
}
