import type { Caller } from '../../auth/caller.ts';
import { sessionOver, templateUnknown } from '../../clerk/clerk-failure.ts';
import { type Failed, failed, type Issued, type Mint } from '../../clerk/get-token.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import type { Revocations } from '../../revocation/revocations.ts';
import type { WaitUntil } from '../../runtime/wait-until.ts';
import type { GuardedMint } from '../limits/guarded-mint.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { leavesHeldTokens, limited, type MintFailure, outdatedMint, revoked } from '../mint-failure.ts';
import { decodeMintedToken, findFault, findFaultOfNew, type MintedToken } from '../minted-token.ts';
import type { Counters } from '../stats.ts';
import type { CacheKeyOf } from './cache-key.ts';
import { createCommit } from './commit.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import type { HeldToken, MemoryStore } from './memory-store.ts';
import type { NegativeCache } from './negative-cache.ts';
import type { SharedLayer } from './shared-cache.ts';
import { createSingleFlight, type Flight, type Landing } from './single-flight.ts';

/** One caller's wish for one token, with the policy that lets it through. */
export interface TokenRequest extends Mint {
  /** Whether the token must be minted after this request began. */
  fresh: boolean;
  /** The token that is to be replaced: it is given again only where Clerk gives no other. */
  successorOf?: MintedToken;
  /** When it came in, by the clock of `monotonicNow`. */
  began: number;
  /** Called for each call that goes to Clerk because of this request. */
  onMint: () => void;
  /** Keeps a flight going that the request does not wait for any more. */
  waitUntil?: WaitUntil | undefined;
}

/** What a request was given. */
export type Given =
  | {
      readonly kind: 'token';
      readonly token: MintedToken;
      /** `minted`: because of this request; `served`: it was there, or another request had it minted. */
      readonly outcome: 'minted' | 'served';
    }
  | Failed;

/** Gives tokens: held ones at once, others by one mint for all who wait. Never rejects. */
export type GiveToken = (request: TokenRequest) => Promise<Given>;

export interface TokenCacheOptions {
  issue: GuardedMint;
  held: MemoryStore;
  shared: SharedLayer;
  revocations: Revocations;
  refusals: NegativeCache;
  discarded: DiscardedTokens;
  keyOf: CacheKeyOf;
  /** How many fresh tokens a session may ask for. */
  freshLimit: RateLimit;
  counters: Counters;
  /** How long a request may take, in milliseconds. */
  deadline: number;
  /** Seconds from `iat` after which a token is not handed out even while Clerk fails. */
  maxStaleAge: number;
  /** 0 to 1: how early, within the spread, this instance renews its tokens. */
  ahead: number;
  /** Told of a session that Clerk says is over, so that other instances learn it. */
  onSessionOver: (sessionId: string) => void;
  /** Told of every token that was minted while nobody waited for it. */
  onMintedBehind: (mint: Mint, token: MintedToken) => void;
  log: Pick<GatewayLogger, 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/** A mint queues for the budget only if that leaves Clerk this long to answer, in milliseconds. */
const timeToAnswer = 1_000;
/** A mint that an event has overtaken is made again only if the request has this long left, in milliseconds. */
const timeToMintAgain = 500;

/** The cache of minted tokens, around the way to Clerk. */
export function createTokenCache(options: TokenCacheOptions): GiveToken {
  const { issue, held, shared, revocations, refusals, discarded, keyOf, counters, now } = options;
  const flights = createSingleFlight(options);
  const settle = createCommit(options);

  return async (request) => {
    const { caller, template, policy, fresh } = request;
    if (refusals.sessionIsOver(caller.sessionId)) return failed(sessionOver('a moment ago'));
    const key = keyOf(caller, template, policy.lifetime);
    if (!fresh) return policy.cache ? giveHeld(key, request) : giveUncached(key, request);
    const arrival = revocations.tick();
    const own = await options.freshLimit.take(caller);
    if (own.kind === 'spent') {
      return failed(limited(own.limit, own.retryInMs));
    }
    // `fresh` never returns a held token: it waits for a mint that began after the request.
    return policy.cache ? waitFor(key, request, arrival) : giveUncached(key, request);
  };

  async function giveHeld(key: string, request: TokenRequest): Promise<Given> {
    const found = find(key, request);
    const freshness = found ? freshnessNow(found.token, request) : 'over';
    if (found && freshness === 'fresh') return hit('fresh', found);
    const pause = found?.pause && options.monotonicNow() < found.pause.until ? found.pause : undefined;
    if (found && freshness === 'renewable') {
      if (!pause && found.token.jwt === request.successorOf?.jwt) return waitFor(key, request, found.order);
      if (!pause) renewBehind(key, request, found);
      return hit('behind', found);
    }
    if (found && freshness === 'stale' && pause?.servesStale) return hit('stale', found);
    return waitFor(key, request, 0);
  }

  async function giveUncached(key: string, request: TokenRequest): Promise<Given> {
    counters.waits += 1;
    const flight = flights.start((order) => fly(key, request, 'awaited', order));
    return give(request, await led(flight, request), 'led');
  }

  /** @param after - the order after which the mint must have begun */
  async function waitFor(key: string, request: TokenRequest, after: number): Promise<Given> {
    const { fresh } = request;
    counters.waits += 1;
    const joined = flights.joinable(key, request, { after, fresh });
    const flight = joined ?? flights.start((order) => fly(key, request, 'awaited', order), { key, fresh });
    const landing = await (joined ? flights.landed(flight, timeLeft(request)) : led(flight, request));
    if (revocations.refuses(request.caller)) return failed(revoked());
    // A ban refuses session tokens issued before it: a request that joined with a newer one mints for itself.
    if (joined && landing.kind === 'failure' && landing.failure.kind === 'revoked')
      return waitFor(key, request, revocations.tick());
    if (landing.kind === 'failure' && !fresh && leavesHeldTokens(landing.failure)) {
      const stale = find(key, request);
      if (stale && freshnessNow(stale.token, request) !== 'over') return hit('stale', stale);
    }
    return give(request, landing, joined ? 'joined' : 'led');
  }

  /** Waits for a flight of one's own; a token that comes of it too late for the request goes into the audit all the same. */
  async function led(flight: Flight, request: TokenRequest): Promise<Landing> {
    const landing = await flights.landed(flight, timeLeft(request));
    if (landing.kind === 'token') return landing;
    const told = flight.landing.then((late) => {
      if (late.kind === 'token' && late.source === 'clerk') options.onMintedBehind(request, late.token);
    });
    request.waitUntil?.(told);
    return landing;
  }

  function timeLeft({ began }: TokenRequest): number {
    return Math.max(0, options.deadline - (options.monotonicNow() - began));
  }

  /** The last look before a token leaves: whoever waited may have been revoked meanwhile. */
  function give(request: TokenRequest, landing: Landing, part: 'led' | 'joined'): Given {
    if (landing.kind === 'failure') return landing;
    if (revocations.refuses(request.caller)) return failed(revoked());
    if (refusals.sessionIsOver(request.caller.sessionId)) return failed(sessionOver('meanwhile'));
    if (isOutdated(request, landing.order)) return failed(outdatedMint());
    const fault = findFault(landing.token, request.caller, request.policy);
    if (fault) return failed({ kind: 'discarded', error: fault, traceId: undefined });
    const outcome = part === 'led' && landing.source === 'clerk' ? 'minted' : 'served';
    return { kind: 'token', token: landing.token, outcome };
  }

  function hit(kind: 'fresh' | 'behind' | 'stale', { token }: HeldToken): Given {
    counters.hits[kind] += 1;
    return { kind: 'token', token, outcome: 'served' };
  }

  /** What is held for a request and may still be its: neither taken back, nor another organization's. */
  function find(key: string, { caller, policy }: Mint): HeldToken | undefined {
    const found = held.get(key);
    if (found === undefined) return undefined;
    const { order, token } = found;
    const isVoid = revocations.voids(caller, { order, issuedAt: token.issuedAt });
    return isVoid || findFault(token, caller, policy) ? undefined : found;
  }

  function freshnessNow(token: MintedToken, { policy: { maxCacheAge } }: Mint): Freshness {
    const { maxStaleAge, ahead } = options;
    return freshnessOf(token, { maxCacheAge, maxStaleAge, ahead }, now() / 1000);
  }

  function renewBehind(key: string, request: TokenRequest, { order: after }: HeldToken): void {
    if (flights.joinable(key, request, { after, fresh: false })) return;
    const behind = { ...request, onMint: () => {} };
    const flight = flights.start((order) => fly(key, behind, 'behind', order), { key, fresh: false });
    request.waitUntil?.(flight.landing);
  }

  async function fly(
    key: string,
    request: TokenRequest,
    urgency: 'awaited' | 'behind',
    order: number,
  ): Promise<Landing> {
    const refusal = knownRefusal(key, request);
    if (refusal) return failed(refusal);
    if (request.fresh || !request.policy.cache) return mint(key, request, urgency, order);
    const renews = urgency === 'behind' || request.successorOf !== undefined;
    const wanted: readonly Freshness[] = renews ? ['fresh'] : ['fresh', 'renewable'];
    let found: MintedToken | undefined;
    const turn = await shared.turn(key, (other) => {
      const token = accept(key, request, other, order);
      if (token === undefined || !wanted.includes(freshnessNow(token, request))) return false;
      found = token;
      return true;
    });
    if (found) {
      counters.shared += 1;
      return { kind: 'token', token: found, source: 'shared', order };
    }
    try {
      return await mint(key, request, urgency, order);
    } finally {
      if (turn.kind === 'mint') turn.done();
    }
  }

  /** Takes a token of the shared layer into this process, when it is this caller's and still good. */
  function accept(
    key: string,
    request: Mint,
    other: { readonly jwt: unknown },
    order: number,
  ): MintedToken | undefined {
    const { caller, policy } = request;
    try {
      const token = decodeMintedToken(other.jwt, now() / 1000);
      if (findFaultOfNew(token, caller, policy)) return undefined;
      if (revocations.voids(caller, { order, issuedAt: token.issuedAt })) return undefined;
      held.commit(key, { token, order });
      return token;
    } catch {
      return undefined;
    }
  }

  /** Returns a cached refusal: an unknown template (not for `fresh`), or a discarded answer. */
  function knownRefusal(key: string, { template, fresh }: TokenRequest): MintFailure | undefined {
    if (!fresh && refusals.templateIsUnknown(template)) return templateUnknown();
    return discarded.find(key);
  }

  /** Mints a token, a second time if an event arrived during the first mint, and commits the outcome. */
  async function mint(
    key: string,
    request: TokenRequest,
    urgency: 'awaited' | 'behind',
    firstOrder: number,
  ): Promise<Landing> {
    let { issued, order } = await issueOnce(key, request, urgency, firstOrder);
    if (issued.kind === 'token' && isOutdated(request, order) && mayMint(request.caller)) {
      if (timeLeft(request) < timeToMintAgain) issued = failed(outdatedMint());
      else ({ issued, order } = await issueOnce(key, request, urgency, revocations.tick()));
      if (issued.kind === 'token' && isOutdated(request, order)) issued = failed(outdatedMint());
    }
    const landing = conclude(key, request, issued, order);
    if (landing.kind === 'token' && urgency === 'behind') options.onMintedBehind(request, landing.token);
    return landing;
  }

  /** @param before - the order of the mint, should it be refused before Clerk is asked */
  async function issueOnce(
    key: string,
    request: TokenRequest,
    urgency: 'awaited' | 'behind',
    before: number,
  ): Promise<{ issued: Issued; order: number }> {
    const { caller, template, policy } = request;
    let order = before;
    const onMint = () => {
      // A mint begins when Clerk is asked: it may have waited for the budget, or for another instance.
      order = revocations.tick();
      counters.mints += 1;
      request.onMint();
    };
    const onLate = (late: Issued) => {
      const landing = conclude(key, request, late, order);
      if (landing.kind === 'token') options.onMintedBehind(request, landing.token);
    };
    // A caller that still holds a token does not queue: those without one go first.
    const hurries = urgency === 'awaited' && request.successorOf === undefined;
    const maxWaitMs = hurries ? timeLeft(request) - timeToAnswer : 0;
    const issued = await issue({ caller, template, policy, maxWaitMs, onMint, onLate });
    return { issued, order };
  }

  function mayMint(caller: Caller): boolean {
    return !revocations.refuses(caller) && !refusals.sessionIsOver(caller.sessionId);
  }

  /** Remembers a discarded answer, and commits a token or deals with a failure. */
  function conclude(key: string, request: TokenRequest, issued: Issued, order: number): Landing {
    if (issued.kind === 'token') discarded.delete(key);
    else if (issued.failure.kind === 'discarded') discarded.add(key, issued.failure);
    return settle(request, issued, order, request.policy.cache ? key : undefined);
  }

  /** Whether an event has dropped the caller's tokens since a mint began. */
  function isOutdated({ caller }: Mint, order: number): boolean {
    return revocations.voids(caller, { order, issuedAt: Number.POSITIVE_INFINITY });
  }
}
