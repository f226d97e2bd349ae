import { partyRefusal } from '../auth/authorized-party.ts';
import type { Caller } from '../auth/caller.ts';
import { errorCode, gatewayError } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import { type Allow, requireAllowed } from './allow.ts';
import type { Auditor } from './audit.ts';
import type { HeldToken } from './cache/lookup.ts';
import { discarded, type RefusalReason } from './mint-failure.ts';
import { failed, type TokenResult } from './mint-result.ts';
import { findFault, type MintedToken } from './minted-token.ts';
import { authorize, findPolicy, type Policies, type ResolvedPolicy } from './policy.ts';
import { type Counters, countRefusal } from './stats.ts';
import type { AuthorizedRequest, TokenRequest } from './token-request.ts';

/** Returns a token. @throws one of the gateway's errors */
export type MintToken = (request: TokenRequest) => Promise<MintedToken>;

/** A held token that a caller may have. Nothing is counted or audited before `deliver`. */
export interface Deliverable {
  readonly token: MintedToken;
  /** Counts the hit, renews the token in the background where that is due, and audits the delivery. */
  deliver(): void;
}

/** Returns the held token of a request, or `undefined` where the request must wait or is refused. Has no effect. */
export type FindDeliverable = (request: TokenRequest) => Deliverable | undefined;

/** The caller and the template of a request, as far as its authorization needs them. */
type AuthorizationSubject = Pick<TokenRequest, 'caller' | 'template' | 'startedAt' | 'waitUntil'>;

/**
 * Returns the policy under which a caller may have tokens of a template at present: authorized party, policy, `allow`. Counts and audits a
 * refusal.
 *
 * @throws one of the gateway's errors
 */
export type RequireAuthorized = (subject: AuthorizationSubject) => Promise<ResolvedPolicy>;

/** The options of the check whether a caller may have tokens of a template. */
export interface AuthorizationOptions {
  /** Returns the present policies: others after a reload. */
  policies: Policies;
  /** Returns whether callers like this one are accepted at present: a reload may have removed their authorized party. */
  acceptsCaller: (caller: Caller) => boolean;
  auditor: Auditor;
  counters: Counters;
  log: Pick<GatewayLogger, 'error'>;
  /** Returns how long a request may take, in milliseconds. */
  deadline: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

interface MintTokenOptions extends AuthorizationOptions {
  /** Returns a token from the cache or from Clerk. */
  lookup: (request: AuthorizedRequest) => Promise<TokenResult>;
}

/** Creates the function that handles token requests: policy, cache, audit. The policy is checked on every request, whether or not a token is held. */
export function createMintToken(options: MintTokenOptions): MintToken {
  return async (request) => {
    const result = await obtain(options, request);
    if (result.kind === 'failure') {
      const { error, kind, traceId } = result.failure;
      return refuse(options, request, { error, reason: kind, traceId });
    }
    // An unchanged token is not a new delivery: no audit event.
    if (result.token.jwt !== request.held?.jwt) {
      const outcome = result.source === 'clerk' ? 'minted' : 'served';
      options.auditor.tokenDelivered(request, result.token, outcome);
    }
    return result.token;
  };
}

/** Obtains a token under the present policy, also where a reload replaces the policy while the request waits. */
async function obtain(options: MintTokenOptions, request: TokenRequest): Promise<TokenResult> {
  let policy = await requireAuthorized(options, request);
  let result = await lookup(options, { ...request, policy });
  while (options.policies(request.template) !== policy) {
    const present = await requireAuthorized(options, request);
    result =
      present.lifetime === policy.lifetime
        ? checkAgain(result, request.caller, present)
        : await lookup(options, { ...request, policy: present });
    policy = present;
  }
  return result;
}

function checkAgain(result: TokenResult, caller: Caller, policy: ResolvedPolicy): TokenResult {
  const fault = result.kind === 'token' ? findFault(result.token, caller, policy) : undefined;
  return fault ? failed(discarded(fault)) : result;
}

/** Creates the function that checks whether a caller may have tokens of a template, without a request for one. */
export function createRequireAuthorized(options: AuthorizationOptions): RequireAuthorized {
  return (subject) => requireAuthorized(options, subject);
}

async function requireAuthorized(
  options: AuthorizationOptions,
  subject: AuthorizationSubject,
): Promise<ResolvedPolicy> {
  requireAccepted(options, subject);
  const policy = requirePolicy(options, subject);
  if (policy.allow) await requireAllow(options, policy.allow, subject);
  return policy;
}

interface FindDeliverableOptions {
  policies: Policies;
  /** Returns the held token that a request may get now. */
  findHeld: (request: AuthorizedRequest) => HeldToken | undefined;
  /** Takes the effects of serving a held token. */
  serveHeld: (request: AuthorizedRequest, held: HeldToken) => void;
  auditor: Auditor;
}

/**
 * Creates the function that answers token requests from the memory of this process, synchronously: the same policy, cache and audit as
 * `createMintToken`. It finds no token of a policy with `allow`, which may be asynchronous.
 */
export function createFindDeliverable(options: FindDeliverableOptions): FindDeliverable {
  const { policies, findHeld, serveHeld, auditor } = options;
  return (request) => {
    const policy = findPolicy(policies, request.caller, request.template);
    if (policy === undefined || policy.allow) return undefined;
    const authorized = { ...request, policy };
    const held = findHeld(authorized);
    if (held === undefined) return undefined;
    const { token } = held.entry;
    return {
      token,
      deliver() {
        serveHeld(authorized, held);
        auditor.tokenDelivered(request, token, 'served');
      },
    };
  };
}

interface Refusal {
  error: unknown;
  reason: RefusalReason;
  traceId?: string | undefined;
}

function refuse(
  { counters, auditor }: AuthorizationOptions,
  request: AuthorizationSubject,
  { error, reason, traceId }: Refusal,
): never {
  countRefusal(counters, reason);
  auditor.tokenRefused(request, error, traceId);
  throw error;
}

function requireAccepted(options: AuthorizationOptions, subject: AuthorizationSubject): void {
  if (options.acceptsCaller(subject.caller)) return;
  const error = gatewayError('UNAUTHENTICATED', { reason: partyRefusal });
  refuse(options, subject, { error, reason: 'unauthorized-party' });
}

function requirePolicy(options: AuthorizationOptions, request: AuthorizationSubject): ResolvedPolicy {
  try {
    return authorize(options.policies, request.caller, request.template);
  } catch (error) {
    const isUnknown = errorCode(error) === 'TEMPLATE_NOT_FOUND';
    return refuse(options, request, { error, reason: isUnknown ? 'template-not-configured' : 'forbidden' });
  }
}

async function requireAllow(
  options: AuthorizationOptions,
  allow: Allow,
  request: AuthorizationSubject,
): Promise<void> {
  const { caller, template, startedAt } = request;
  const { log, deadline, monotonicNow } = options;
  const timeLeft = Math.max(0, deadline() - (monotonicNow() - startedAt));
  try {
    await requireAllowed(allow, { caller, template, timeLeft, consequence: 'the token is refused', log });
  } catch (error) {
    refuse(options, request, { error, reason: 'forbidden' });
  }
}

async function lookup(options: MintTokenOptions, request: AuthorizedRequest): Promise<TokenResult> {
  try {
    return await options.lookup(request);
  } catch (error) {
    return refuse(options, request, { error, reason: 'internal' });
  }
}
