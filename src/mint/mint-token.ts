import { errorCode, errorReason } from '../errors.ts';
import type { GatewayLogger } from '../log.ts';
import { type AuditEvent, mintedEvent, refusedEvent } from './audit.ts';
import type { Issue, IssueRequest } from './issuer.ts';
import type { MintedToken } from './minted-token.ts';
import { authorize, type Policies } from './policy.ts';

/** One caller's wish for one token. */
export type MintRequest = Omit<IssueRequest, 'policy'>;

/** Mints a token, or throws one of the gateway's errors. */
export type MintToken = (request: MintRequest) => Promise<MintedToken>;

export interface MintTokenOptions {
  policies: Policies;
  issue: Issue;
  audit: (event: AuditEvent) => void;
  log: GatewayLogger;
}

/** The way of a mint: policy, issuer, audit. */
export function createMintToken({ policies, issue, audit, log }: MintTokenOptions): MintToken {
  return async ({ caller, template, fresh, onMint }) => {
    let clerkTraceId: string | undefined;
    try {
      const policy = authorize(policies, caller, template);
      const issued = await issue({ caller, template, policy, fresh, onMint });
      if (issued.kind === 'failure') {
        clerkTraceId = issued.failure.traceId;
        throw issued.failure.error;
      }
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
