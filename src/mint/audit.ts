import type { Caller } from '../auth/caller.ts';
import { errorCode, errorReason } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { redactSecrets } from '../logging/redact-secrets.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import type { MintedToken } from './minted-token.ts';

/** What happened to one request for a token. Holds no token, no key, and of the claims only `jti` and `exp`. */
export interface AuditEvent {
  /**
   * `minted`: Clerk minted a token, for a request that waited for it or behind one. `served`: a caller got a token that was
   * held, or that another request had minted. `refused`: a caller got none.
   */
  outcome: 'minted' | 'served' | 'refused';
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
  /** Present on a token that was minted while nobody waited for it: behind a held one, or after the deadline. */
  behind?: true;
  /** The token's `jti`, when it has one. */
  jti?: string;
  /** The token's `exp`, in seconds since the epoch. */
  expiresAt?: number;
  /** An HMAC-SHA-256 of the token, shortened: the same token has the same one, in every process with the same key. */
  tokenHmac?: string;
  /** The error code the caller was given. */
  code?: string;
  /** Why, in words. */
  reason?: string;
  /** The id of the failed request: Clerk's, or the `cf-ray` of Cloudflare, which stands before Clerk. */
  clerkTraceId?: string;
}

/** Every field of an event, for people: the README's table is printed from here. */
export const auditFields: Readonly<Record<keyof AuditEvent, string>> = {
  outcome:
    '`minted` (Clerk minted a token), `served` (a caller got a token that was held, or that another request had minted), `refused`',
  template: 'the template that was asked for',
  sessionId: "the caller's session",
  userId: "the caller's user",
  organizationId: 'the organization that the session token named, or null',
  actorId: 'the impersonating user, or null',
  behind: '`true` for a token that was minted while nobody waited for it',
  jti: "the token's `jti`; not when refused",
  expiresAt: "the token's `exp`, in seconds since the epoch; not when refused",
  tokenHmac: 'a short HMAC-SHA-256 of the token, which tells tokens apart; not when refused',
  code: 'the error code; only when refused',
  reason: 'why, in words; only when refused',
  clerkTraceId:
    "the id of the failed request: Clerk's, or the `cf-ray` of Cloudflare, which stands before Clerk",
};

/**
 * Receives every audit event. When it throws, or rejects, the event goes to the log instead and the caller is not
 * troubled. Nobody waits for it.
 */
export type Audit = (event: AuditEvent) => void | Promise<void>;

/** Whose token an event is about. */
export interface AuditSubject {
  caller: Caller;
  template: string;
  /** Keeps a host's `audit` going beyond the request. @default undefined (nothing ends it) */
  waitUntil?: WaitUntil | undefined;
}

/** Writes the events. Never throws. */
export interface Auditor {
  /** A caller got a token. */
  given(subject: AuditSubject, token: MintedToken, outcome: 'minted' | 'served'): void;
  /** A token was minted while nobody waited for it. */
  mintedBehind(subject: AuditSubject, token: MintedToken): void;
  /** A caller got none. */
  refused(subject: AuditSubject, error: unknown, clerkTraceId?: string): void;
}

export interface AuditorOptions {
  audit: Audit;
  /** Tells tokens apart without showing them. */
  hmac: (jwt: string) => string;
  /** Takes the events that the host's `audit` fails to take. */
  log: GatewayLogger;
}

/** Longest id, in characters, that goes into an event; Clerk's have 20. */
const longestId = 128;

export function createAuditor({ audit, hmac, log }: AuditorOptions): Auditor {
  const write = safeAudit(audit, log);
  // A held token is handed out many times.
  const described = new WeakMap<MintedToken, Pick<AuditEvent, 'jti' | 'expiresAt' | 'tokenHmac'>>();
  const describe = (token: MintedToken) => {
    const known = described.get(token);
    if (known) return known;
    const { jti } = token.claims;
    const made = {
      // A template cannot set it, but nothing here makes sure that Clerk has.
      ...(typeof jti === 'string' ? { jti: redactSecrets(jti).slice(0, longestId) } : {}),
      expiresAt: token.expiresAt,
      tokenHmac: hmac(token.jwt),
    };
    described.set(token, made);
    return made;
  };
  return {
    given: (about, token, outcome) =>
      write({ outcome, ...subject(about), ...describe(token) }, about.waitUntil),
    mintedBehind: (about, token) =>
      write({ outcome: 'minted', ...subject(about), behind: true, ...describe(token) }, about.waitUntil),
    refused(about, error, clerkTraceId) {
      const reason = errorReason(error);
      write(
        {
          outcome: 'refused',
          ...subject(about),
          code: errorCode(error),
          ...(reason === undefined ? {} : { reason }),
          ...(clerkTraceId ? { clerkTraceId } : {}),
        },
        about.waitUntil,
      );
    },
  };
}

function subject({ caller: { sessionId, userId, organizationId, actorId }, template }: AuditSubject) {
  // A caller may name anything as a template, a key that was pasted in the wrong place too.
  return { template: redactSecrets(template), sessionId, userId, organizationId, actorId };
}

/** Makes a host's `audit` safe to call: an event that it fails to take is logged, so that nothing is lost. */
function safeAudit(audit: Audit, log: GatewayLogger) {
  return (event: AuditEvent, waitUntil?: WaitUntil): void => {
    const lost = () => log.error(event, `audit failed; token ${event.outcome}`);
    try {
      const taken = Promise.resolve(audit(event)).catch(lost);
      waitUntil?.(taken);
    } catch {
      lost();
    }
  };
}
