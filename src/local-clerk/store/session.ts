import { creationTime } from '../data/fields.ts';
import type { ParsedData } from '../data/parsed-data.ts';

const day = 86_400_000;

/** A session. */
export type Session = ReturnType<typeof toSession>;

/** The status of a session: https://clerk.com/docs/reference/backend/types/backend-session */
export type SessionStatus = Session['status'];

/**
 * Completes a session of the data.
 *
 * @param index - the position in the data, which orders sessions without dates
 * @param now - milliseconds since the epoch: the start of a session without dates
 */
export function toSession(session: ParsedData['sessions'][number], index: number, now: number) {
  const created = session.created_at ?? creationTime(index);
  return {
    ...session,
    client_id: session.client_id ?? session.id.replace(/^(sess_)?/, 'client_'),
    created_at: created,
    updated_at: session.updated_at ?? created,
    last_active_at: session.last_active_at ?? now,
    // Clerk's default: sessions live for seven days.
    expire_at: session.expire_at ?? now + 7 * day,
    abandon_at: session.abandon_at ?? now + 30 * day,
    /** The time to which `factor_verification_age` refers, in milliseconds since the epoch. */
    factors_at: now,
  };
}

/** Returns whether the recorded status is active or pending. `statusOf` also considers dates and bans. */
export function isSignedIn({ status }: Pick<Session, 'status'>): boolean {
  return status === 'active' || status === 'pending';
}
