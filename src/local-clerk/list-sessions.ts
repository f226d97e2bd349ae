import type { Instance } from './instance.ts';
import type { LocalClerkSession } from './local-clerk.ts';
import { findMembership } from './store/lookups.ts';
import { statusOf } from './store/store.ts';

/** Lists the sessions of an instance with every status, in the order of the data. */
export function listSessions({ store, clock }: Instance): LocalClerkSession[] {
  return [...store.sessions.values()].map((session) => {
    const membership = findMembership(store, session.user_id, session.last_active_organization_id);
    return {
      id: session.id,
      userId: session.user_id,
      organizationId: membership?.organization_id ?? null,
      organizationRole: membership?.role ?? null,
      status: statusOf(store, session, clock.now()),
      actor: session.actor,
      label: session.label,
    };
  });
}
