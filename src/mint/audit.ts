import type { Caller } from '../auth/caller.ts';
import { errorCode, errorReason } from '../errors.ts';
import type { GatewayLogger } from '../log.ts';
import { scrub } from '../scrub.ts';
import type { MintedToken } from './minted-token.ts';

/** What happened to one request for a token. Holds no token, no key, and of the claims only `jti` and `exp`. */
export interface AuditEvent {
  /** Whether the caller got a token. There will be more words: `served`, for one that was held. */
  outcome: 'minted' | 'refused';
  /** The template that was asked for; it may be none of the configuration. */
  template: string;
  /** The caller's session (the claim `sid`). */
  sessionId: string;
  /** The caller's user (the claim `sub`). */
  userId: string;
  /** The organization that the session token named as active. */
  organizationId: string | null;
  /** The impersonating user, when the session is impersonated. */
  actorId: string | null;
  /** The minted token's `jti`, when it has one. */
  jti?: string;
  /** The minted token's `exp`, in seconds since the epoch. */
  expiresAt?: number;
  /** The error code the caller was given. */
  code?: string;
  /** Why, in words. */
  reason?: string;
  /** Clerk's id for the failed request. */
  clerkTraceId?: string;
}

/**
 * Receives every audit event. When it throws, or rejects, the event goes to the log instead and the caller is not
 * troubled. Nobody waits for it.
 */
export type Audit = (event: AuditEvent) => void | Promise<void>;

/** Longest id, in characters, that goes into an event; Clerk's have 20. */
const longestId = 128;

export function mintedEvent(caller: Caller, template: string, token: MintedToken): AuditEvent {
  const { jti } = token.claims;
  return {
    outcome: 'minted',
    ...subject(caller, template),
    // A template cannot set it, but nothing here makes sure that Clerk has.
    ...(typeof jti === 'string' ? { jti: scrub(jti).slice(0, longestId) } : {}),
    expiresAt: token.expiresAt,
  };
}

export function refusedEvent(
  caller: Caller,
  template: string,
  error: unknown,
  clerkTraceId: string | undefined,
): AuditEvent {
  const reason = errorReason(error);
  return {
    outcome: 'refused',
    ...subject(caller, template),
    code: errorCode(error),
    ...(reason === undefined ? {} : { reason }),
    ...(clerkTraceId ? { clerkTraceId } : {}),
  };
}

function subject({ sessionId, userId, organizationId, actorId }: Caller, template: string) {
  // A caller may name anything as a template, a key that was pasted in the wrong place too.
  return { template: scrub(template), sessionId, userId, organizationId, actorId };
}

/** Makes a host's `audit` safe to call: an event that it fails to take is logged, so that nothing is lost. */
export function steadyAudit(audit: Audit, log: GatewayLogger): (event: AuditEvent) => void {
  return (event) => {
    const lost = () => log.error(event, `audit failed; token ${event.outcome}`);
    try {
      Promise.resolve(audit(event)).catch(lost);
    } catch {
      lost();
    }
  };
}
