import type { Caller } from '../auth/caller.ts';
import { errorCode, errorReason } from '../errors.ts';
import type { GatewayLogger } from '../log.ts';
import { type AuditEvent, mintedEvent, refusedEvent } from './audit.ts';
import type { Issue } from './issuer.ts';
import { checkMintedToken, type MintedToken } from './minted-token.ts';
import { authorize, type Policies } from './policy.ts';

/** One caller's wish for one token. */
export interface MintRequest {
  caller: Caller;
  /** A name that `assertTemplateName` has let through. */
  template: string;
  /** Whether the token must be minted after this request began. Without a cache across requests, every one is. */
  fresh: boolean;
  /** Called for each call that goes to Clerk. */
  onMint: () => void;
}

/** Mints a token, or throws one of the gateway's errors. */
export type MintToken = (request: MintRequest) => Promise<MintedToken>;

export interface MintTokenOptions {
  policies: Policies;
  issue: Issue;
  audit: (event: AuditEvent) => void;
  log: GatewayLogger;
  /** Told whether Clerk accepts the gateway's secret key, as each mint shows it. */
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
}

/** The way of a mint: policy, Clerk, check, audit. */
export function createMintToken(options: MintTokenOptions): MintToken {
  const { policies, issue, audit, log, onKeyVerdict } = options;
  return async ({ caller, template, onMint }) => {
    let clerkTraceId: string | undefined;
    try {
      const policy = authorize(policies, caller, template);
      onMint();
      const issued = await issue(caller.sessionId, template, policy.lifetime);
      if (issued.kind === 'failure') {
        clerkTraceId = issued.failure.traceId;
        if (issued.failure.kind === 'key-refused') onKeyVerdict('refused');
        // Any other answer with Clerk's trace on it was given to a key that Clerk knows.
        else if (clerkTraceId !== undefined) onKeyVerdict('accepted');
        throw issued.failure.error;
      }
      onKeyVerdict('accepted');
      checkMintedToken(issued.token, caller, policy);
      audit(mintedEvent(caller, template, issued.token));
      return issued.token;
    } catch (error) {
      audit(refusedEvent(caller, template, error, clerkTraceId));
      if (errorCode(error) === 'INTERNAL_SERVER_ERROR') {
        log.error({ template, clerkTraceId }, errorReason(error) ?? 'mint failed unexpectedly');
      }
      throw error;
    }
  };
}
