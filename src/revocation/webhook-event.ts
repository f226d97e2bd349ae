import { isRecord } from '../json/is-record.ts';
import type { Revocation } from './revocations.ts';

/** A verified webhook, as far as it is read. */
export interface ClerkEvent {
  type: string;
  data: unknown;
  /** When it happened, by Clerk's clock. */
  timestamp?: unknown;
}

/**
 * What an event takes back. Session events refuse the session for good; a deletion or a ban refuses what was issued to the user
 * until then; whatever else changes a user, a membership or an organization makes held tokens out of date.
 *
 * @param nowSeconds - seconds since the epoch, for an event without a time of its own
 * @see https://clerk.com/docs/guides/development/webhooks/overview
 */
export function revocationsOf(event: ClerkEvent, nowSeconds: number): Revocation[] {
  const data = isRecord(event.data) ? event.data : {};
  const at = happenedAt(event.timestamp) ?? happenedAt(data.updated_at) ?? nowSeconds;
  const about = (effect: Revocation['effect'], subject: Revocation['subject'], id: unknown): Revocation[] =>
    typeof id === 'string' && id !== '' ? [{ effect, subject, id, at }] : [];
  switch (event.type) {
    case 'session.ended':
    case 'session.removed':
    case 'session.revoked':
      return about('refuse', 'session', data.id);
    case 'session.pending':
      return about('drop', 'session', data.id);
    case 'user.deleted':
      return about('refuse', 'user', data.id);
    case 'user.updated':
      return about(data.banned === true ? 'refuse' : 'drop', 'user', data.id);
    case 'organizationMembership.created':
    case 'organizationMembership.updated':
    case 'organizationMembership.deleted':
      return about(
        'drop',
        'user',
        isRecord(data.public_user_data) ? data.public_user_data.user_id : undefined,
      );
    case 'organization.updated':
    case 'organization.deleted':
      return about('drop', 'organization', data.id);
    default:
      return [];
  }
}

/** Beyond this, a time is in milliseconds: Clerk's events have those, the examples of its OpenAPI file have seconds. */
const firstMilliseconds = 1e11;

function happenedAt(time: unknown): number | undefined {
  if (typeof time !== 'number' || !(time > 0)) return undefined;
  return time < firstMilliseconds ? time : time / 1000;
}
