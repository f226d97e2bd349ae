import type { Instance } from '../instance.ts';
import { requireSession } from '../store/lookups.ts';
import type { SessionStatus } from '../store/session.ts';
import { statusOf } from '../store/store.ts';
import { signSessionToken } from './session-token.ts';
import { findTokenSubject } from './token-subject.ts';

/** The statuses with a session token. Clerk's frontend also refreshes the tokens of pending sessions, with `sts: pending`. */
const signedInStatuses: SessionStatus[] = ['active', 'pending'];

/**
 * Signs a session token as a browser gets it from Clerk's Frontend API.
 *
 * @param azp - the origin of the page. @default absent from the token
 * @throws Error for an unknown or an ended session
 */
export async function mintBrowserSessionToken(
  instance: Instance,
  sessionId: string,
  azp?: string | undefined,
): Promise<string> {
  const session = requireSession(instance.store, sessionId);
  const status = statusOf(instance.store, session, instance.clock.now());
  if (!signedInStatuses.includes(status)) {
    throw new Error(
      `The local Clerk mints no session token for session "${sessionId}": its status is ${status}.`,
    );
  }
  const subject = findTokenSubject(instance, sessionId, signedInStatuses);
  return signSessionToken(instance, subject, { azp });
}
