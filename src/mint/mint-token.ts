import type { Caller } from '../auth/caller.ts';
import { errorCode } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { type Allow, requireAllowed } from './allow.ts';
import type { Auditor } from './audit.ts';
import type { GiveToken } from './cache/lookup.ts';
import type { RefusalReason } from './mint-failure.ts';
import type { MintedToken } from './minted-token.ts';
import { authorize, type Policies, type ResolvedPolicy } from './policy.ts';
import { type Counters, countRefusal } from './stats.ts';

/** One caller's wish for one token. */
export interface MintRequest {
  caller: Caller;
  /** A name that `assertTemplateName` has let through. */
  template: string;
  /** Whether the token must be minted after this request began. */
  fresh: boolean;
  /** The token that is to be replaced: it is given again only where Clerk gives no other. @default undefined */
  successorOf?: MintedToken;
  /** When the request came in, by the clock of `monotonicNow`: the deadline counts from then. */
  began: number;
  /** Called for each call that goes to Clerk on behalf of this request. */
  onMint: () => void;
  /** Keeps work going that the request does not wait for. @default undefined (nothing ends it) */
  waitUntil?: WaitUntil | undefined;
}

/** Gives a token, or throws one of the gateway's errors. */
export type MintToken = (request: MintRequest) => Promise<MintedToken>;

export interface MintTokenOptions {
  policies: Policies;
  give: GiveToken;
  audit: Auditor;
  counters: Counters;
  log: Pick<GatewayLogger, 'error'>;
  /** How long a request may take, in milliseconds. */
  deadline: number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

/** The way of a request for a token: policy, cache, audit. The policy is asked whether or not a token is held. */
export function createMintToken(options: MintTokenOptions): MintToken {
  const { policies, give, audit, counters } = options;
  const refuse = (request: MintRequest, error: unknown, reason: RefusalReason, traceId?: string): never => {
    countRefusal(counters, reason);
    audit.refused(request, error, traceId);
    throw error;
  };

  function policyFor(request: MintRequest): ResolvedPolicy {
    try {
      return authorize(policies, request.caller, request.template);
    } catch (error) {
      const unknown = errorCode(error) === 'TEMPLATE_NOT_FOUND';
      return refuse(request, error, unknown ? 'template-not-configured' : 'forbidden');
    }
  }

  async function askAllow(allow: Allow, request: MintRequest): Promise<void> {
    const { caller, template, began } = request;
    const timeLeft = Math.max(0, options.deadline - (options.monotonicNow() - began));
    await requireAllowed(allow, { caller, template, timeLeft, log: options.log }).catch((error) =>
      refuse(request, error, 'forbidden'),
    );
  }

  return async (request) => {
    const policy = policyFor(request);
    if (policy.allow) await askAllow(policy.allow, request);
    const given = await give({ ...request, policy }).catch((error) => refuse(request, error, 'internal'));
    if (given.kind === 'failure') {
      const { error, kind, traceId } = given.failure;
      return refuse(request, error, kind, traceId);
    }
    // Who is given what he has already was given nothing.
    if (given.token.jwt !== request.successorOf?.jwt) audit.given(request, given.token, given.outcome);
    return given.token;
  };
}
