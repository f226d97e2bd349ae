import { isSignedIn } from './session.ts';
import type { Store } from './store.ts';
import type { User } from './user.ts';

/** Bans a user and revokes all sessions of the user. @param now - milliseconds since the epoch */
export function banUser(store: Store, user: User, now: number): void {
  user.banned = true;
  user.updated_at = now;
  for (const session of store.sessions.values()) {
    if (session.user_id !== user.id || !isSignedIn(session)) continue;
    session.status = 'revoked';
    session.updated_at = now;
  }
}

/** Lifts a ban: the user can sign in again, but revoked sessions stay revoked. @param now - milliseconds since the epoch */
export function unbanUser(user: User, now: number): void {
  user.banned = false;
  user.updated_at = now;
}
