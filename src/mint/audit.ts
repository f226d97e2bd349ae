import type { Caller } from '../auth/caller.ts';
import { errorCode, errorReason } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { redactSecrets } from '../logging/redact-secrets.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { isPromise } from '../time/maybe-promise.ts';
import type { MintedToken, TokenAuditFields } from './minted-token.ts';
import type { TokenDoor } from './token-request.ts';

/** The event of a minted, served or refused token. It contains no token, no key, and of the claims only `jti` and `exp`. */
export interface AuditEvent {
  /**
   * `minted`: Clerk minted a token, for a request that waited for it or in the background. `served`: a caller got a held token, or one
   * that another request had minted. `refused`: a caller got no token.
   */
  outcome: 'minted' | 'served' | 'refused';
  /** The requested template; it may not be configured. */
  template: string;
  /** The caller's session (claim `sid`). */
  sessionId: string;
  /** The caller's user (claim `sub`). */
  userId: string;
  /** The organization that the session token names as active, or null. */
  organizationId: string | null;
  /** The impersonating user of an impersonated session, or null. */
  actorId: string | null;
  /** How the token was asked for; missing for GraphQL. */
  door?: TokenDoor;
  /** `true` for a token that was minted while no request waited for it: for a renewal, or after the deadline. */
  background?: true;
  /** The token's `jti`, where it has one; missing for `refused`. */
  jti?: string;
  /** The token's `exp`, in seconds since the epoch; missing for `refused`. */
  expiresAt?: number;
  /** HMAC-SHA-256 of the token, shortened: equal for equal tokens, in every process with the same key; missing for `refused`. */
  tokenHmac?: string;
  /** The error code; only for `refused`. */
  code?: string;
  /** The reason, in words; only for `refused`. */
  reason?: string;
  /** The id of the failed request to Clerk: Clerk's trace id, or the `cf-ray` of Cloudflare in front of Clerk. */
  clerkTraceId?: string;
}

/** The description of each field: `npm run codegen` writes the table of docs/audit.md from it. */
export const auditFields: Readonly<Record<keyof AuditEvent, string>> = {
  outcome:
    '`minted` (Clerk minted a token), `served` (a caller got a held token, or one that another request had minted), `refused`',
  template: 'the requested template',
  sessionId: "the caller's session",
  userId: "the caller's user",
  organizationId: 'the organization that the session token names, or null',
  actorId: 'the impersonating user, or null',
  door: '`exchange` for `POST /token`, `coprocessor` for the coprocessor of a router; missing for GraphQL',
  background: '`true` for a token that was minted while no request waited for it',
  jti: "the token's `jti`; not when refused",
  expiresAt: "the token's `exp`, in seconds since the epoch; not when refused",
  tokenHmac: 'a short HMAC-SHA-256 of the token, which distinguishes tokens; not when refused',
  code: 'the error code; only when refused',
  reason: 'the reason, in words; only when refused',
  clerkTraceId:
    "the id of the failed request to Clerk: Clerk's trace id, or the `cf-ray` of Cloudflare in front of Clerk",
};

/**
 * Receives each audit event. The gateway does not wait for it. Where it throws or rejects, the event is logged as an error, and the
 * caller still gets the token.
 */
export type Audit = (event: AuditEvent) => void | Promise<void>;

/** The caller and template that an audit event is about. */
export interface AuditSubject {
  caller: Caller;
  template: string;
  /** How the token was asked for. @default undefined (GraphQL) */
  door?: TokenDoor | undefined;
  /** Keeps the runtime alive for an asynchronous `audit`. @default undefined (the runtime does not stop the work) */
  waitUntil?: WaitUntil | undefined;
}

/** Writes audit events. Never throws. */
export interface Auditor {
  /** Records that a caller got a token. */
  tokenDelivered(subject: AuditSubject, token: MintedToken, outcome: 'minted' | 'served'): void;
  /** Records that a token was minted while no request waited for it. */
  tokenMintedInBackground(subject: AuditSubject, token: MintedToken): void;
  /** Records that a caller got no token. */
  tokenRefused(subject: AuditSubject, error: unknown, clerkTraceId?: string): void;
}

interface AuditorOptions {
  audit: Audit;
  /** Returns a short keyed hash of a token. */
  hmac: (jwt: string) => string;
  /** Receives the events for which `audit` fails. */
  log: GatewayLogger;
}

/** Longest id in an event, in characters; Clerk's have 20. */
const maxIdLength = 128;

/** Creates the auditor that calls a host's `audit`. */
export function createAuditor({ audit, hmac, log }: AuditorOptions): Auditor {
  const write = safeAudit(audit, log);
  // A held token is delivered many times: its fields are computed once.
  const fieldsOf = (token: MintedToken): TokenAuditFields => {
    token.auditFields ??= tokenFields(token, hmac);
    return token.auditFields;
  };
  return {
    tokenDelivered: (subject, token, outcome) =>
      write({ outcome, ...subjectFields(subject), ...fieldsOf(token) }, subject.waitUntil),
    tokenMintedInBackground: (subject, token) =>
      write(
        { outcome: 'minted', ...subjectFields(subject), background: true, ...fieldsOf(token) },
        subject.waitUntil,
      ),
    tokenRefused(subject, error, clerkTraceId) {
      const reason = errorReason(error);
      const event: AuditEvent = {
        outcome: 'refused',
        ...subjectFields(subject),
        code: errorCode(error),
        ...(reason === undefined ? {} : { reason }),
        ...(clerkTraceId ? { clerkTraceId } : {}),
      };
      write(event, subject.waitUntil);
    },
  };
}

function tokenFields(
  { jwt, claims, expiresAt }: MintedToken,
  hmac: (jwt: string) => string,
): TokenAuditFields {
  const { jti } = claims;
  // Clerk sets the `jti` and no template can, but that is not verified here.
  const id = typeof jti === 'string' ? { jti: redactSecrets(jti).slice(0, maxIdLength) } : {};
  return { ...id, expiresAt, tokenHmac: hmac(jwt) };
}

function subjectFields({ caller, template, door }: AuditSubject) {
  const { sessionId, userId, organizationId, actorId } = caller;
  // A caller may send any text as a template, such as a key pasted into the wrong field.
  const ids = { sessionId, userId, organizationId, actorId };
  return { template: redactSecrets(template), ...ids, ...(door && { door }) };
}

/** Wraps a host's `audit` so that it cannot fail a request: an event for which it fails is logged. */
function safeAudit(audit: Audit, log: GatewayLogger) {
  return (event: AuditEvent, waitUntil?: WaitUntil): void => {
    const logInstead = () => log.error(event, `audit failed; token ${event.outcome}`);
    try {
      const recorded = audit(event);
      if (!isPromise(recorded)) return;
      const settled = Promise.resolve(recorded).catch(logInstead);
      waitUntil?.(settled);
    } catch {
      logInstead();
    }
  };
}
