import type { Session } from '../store/session.ts';
import { type Store, statusOf } from '../store/store.ts';

/** Returns a session as Clerk's API shows it. @param now - milliseconds since the epoch */
export function serializeSession(store: Store, session: Session, now: number) {
  const status = statusOf(store, session, now);
  return {
    object: 'session',
    id: session.id,
    client_id: session.client_id,
    user_id: session.user_id,
    status,
    last_active_organization_id: session.last_active_organization_id,
    actor: session.actor,
    latest_activity: null,
    last_active_at: session.last_active_at,
    expire_at: session.expire_at,
    abandon_at: session.abandon_at,
    created_at: session.created_at,
    updated_at: session.updated_at,
    tasks: status === 'pending' ? [{ key: 'choose-organization' }] : null,
  };
}
