import { isRecord } from '../json/is-record.ts';
import type { Revocation, RevocationTarget } from './revocations.ts';

/** The fields of a verified webhook that the gateway reads. */
export interface ClerkEvent {
  type: string;
  data: unknown;
  /** The moment of the event by Clerk's clock, in milliseconds or seconds since the epoch. */
  timestamp?: unknown;
}

/**
 * Returns the revocations that follow from an event of Clerk. The end of a session refuses the session for good. A deletion or a ban
 * refuses the session tokens of the user up to then. Other changes of a user, a membership or an organization drop held tokens.
 *
 * @param nowSeconds - seconds since the epoch, for an event without a time
 * @see https://clerk.com/docs/guides/development/webhooks/overview
 */
export function revocationsOf(event: ClerkEvent, nowSeconds: number): Revocation[] {
  const data = isRecord(event.data) ? event.data : {};
  const at = toSeconds(event.timestamp) ?? toSeconds(data.updated_at) ?? nowSeconds;
  const about = (effect: Revocation['effect'], target: RevocationTarget, id: unknown): Revocation[] =>
    typeof id === 'string' && id !== '' ? [{ effect, target, id, at }] : [];
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

/** From this number on, a time is in milliseconds, as in Clerk's events; the examples of its OpenAPI file have seconds. */
const firstMilliseconds = 1e11;

/** Returns a time in seconds, or `undefined` when it is malformed. */
function toSeconds(time: unknown): number | undefined {
  if (typeof time !== 'number' || !(time > 0)) return undefined;
  return time < firstMilliseconds ? time : time / 1000;
}
