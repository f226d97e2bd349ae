import { errorCode, errorReason, gatewayError } from '../../errors.ts';
import { describeError, type GatewayLogger } from '../../log.ts';
import type { Revocations } from '../../revocation/revocations.ts';
import type { Budget } from '../control/budget.ts';
import { type Failed, failed, type Issued, type Mint } from '../control/clerk-call.ts';
import { sessionOver, templateUnknown } from '../control/clerk-failure.ts';
import type { Issue } from '../control/issuer.ts';
import { leavesHeldTokens, limited, type MintFailure, revoked, unavailable } from '../mint-failure.ts';
import { decodeMintedToken, findFault, type MintedToken } from '../minted-token.ts';
import type { Counters } from '../stats.ts';
import type { HeldToken, HeldTokens } from './held-tokens.ts';
import type { RememberedRefusals } from './remembered-refusals.ts';
import type { SharedLayer } from './shared-tokens.ts';
import type { TokenKey } from './token-key.ts';
import { type Freshness, freshnessOf } from './windows.ts';

/** One caller's wish for one token, with the policy that lets it through. */
export interface TokenRequest extends Mint {
  /** Whether the token must be minted after this request began. */
  fresh: boolean;
  /** Called for each call that goes to Clerk because of this request. */
  onMint: () => void;
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
  issue: Issue;
  held: HeldTokens;
  shared: SharedLayer;
  revocations: Revocations;
  refusals: RememberedRefusals;
  keyOf: TokenKey;
  /** How many fresh tokens a session may ask for. */
  freshBudget: Budget;
  counters: Counters;
  /** How long a request waits for a token, in milliseconds. */
  deadline: number;
  /** Seconds from `iat` after which a token is not handed out even while Clerk fails. */
  maxStaleAge: number;
  /** 0 to 1: how early, within the spread, this instance renews its tokens. */
  ahead: number;
  /** Told of a session that Clerk says is over, so that other instances learn it. */
  onSessionOver: (sessionId: string) => void;
  /** Told of every token that was minted while nobody waited for it. */
  onMintedBehind: (mint: Mint, token: MintedToken) => void;
  log: Pick<GatewayLogger, 'error' | 'warn'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A mint under way, which others with the same key may wait for. */
interface Flight {
  order: number;
  startedAt: number;
  landing: Promise<Landing>;
}

/** What a flight ended with. */
type Landing =
  | { readonly kind: 'token'; readonly token: MintedToken; readonly source: 'clerk' | 'shared' }
  | Failed;

/** A flight older than this is not joined, in milliseconds. */
const joinableFor = 3_000;
/** How long a held token is left alone after it could not be renewed, in milliseconds. */
const renewalPause = 1_000;
/** Shortest time between two lines about Clerk refusing many sessions, in milliseconds. */
const doubtEvery = 10_000;

/** The cache of minted tokens, around the way to Clerk. */
export function createTokenCache(options: TokenCacheOptions): GiveToken {
  const { issue, held, shared, revocations, refusals, keyOf, freshBudget, counters, deadline, now } = options;
  const flights = new Map<string, Flight>();
  let doubtedAt = Number.NEGATIVE_INFINITY;

  return async (request) => {
    const { caller, template, policy, fresh } = request;
    if (refusals.sessionIsOver(caller.sessionId)) return failed(sessionOver('a moment ago'));
    if (fresh) {
      const arrival = revocations.tick();
      const own = await freshBudget.take(caller.sessionId);
      if (own.kind === 'empty') {
        return failed(limited('fresh-limit', own.refillMs, 'this session asks for fresh tokens too often'));
      }
      return policy.cache ? giveFresh(request, arrival) : giveUncached(request);
    }
    if (refusals.templateIsUnknown(template) && !policy.cache) return failed(templateUnknown());
    return policy.cache ? giveHeld(request) : giveUncached(request);
  };

  async function giveHeld(request: TokenRequest): Promise<Given> {
    const { caller, template, policy } = request;
    const key = keyOf(caller, template, policy.lifetime);
    const found = find(key, request);
    const freshness = found ? freshnessNow(found.token, request) : 'over';
    if (found && freshness === 'fresh') return hit('fresh', found);
    const pause = found?.pause && now() < found.pause.until ? found.pause : undefined;
    if (found && freshness === 'renewable') {
      if (!pause) renewBehind(key, request, found);
      return hit('behind', found);
    }
    if (found && freshness === 'stale' && pause?.servesStale) return hit('stale', found);

    counters.waits += 1;
    const joined = joinable(key, request, 0);
    const flight = joined ?? start(key, request, 'awaited');
    const landing = await landed(flight);
    if (landing.kind === 'failure' && leavesHeldTokens(landing.failure)) {
      const stale = find(key, request);
      if (stale && freshnessNow(stale.token, request) !== 'over' && !revocations.refuses(caller)) {
        return hit('stale', stale);
      }
    }
    return give(request, landing, joined ? 'joined' : 'led');
  }

  /** A fresh token never is a held one: it waits for a mint that began after it came. */
  async function giveFresh(request: TokenRequest, arrival: number): Promise<Given> {
    const { caller, template, policy } = request;
    const key = keyOf(caller, template, policy.lifetime);
    counters.waits += 1;
    const joined = joinable(key, request, arrival);
    const landing = await landed(joined ?? start(key, request, 'awaited'));
    return give(request, landing, joined ? 'joined' : 'led');
  }

  async function giveUncached(request: TokenRequest): Promise<Given> {
    counters.waits += 1;
    const order = revocations.tick();
    const landing = await landed({
      order,
      startedAt: now(),
      landing: safely(mint(request, 'awaited', order)),
    });
    return give(request, landing, 'led');
  }

  /** The last look before a token leaves: whoever waited may have been revoked meanwhile. */
  function give(request: TokenRequest, landing: Landing, part: 'led' | 'joined'): Given {
    if (landing.kind === 'failure') return landing;
    if (revocations.refuses(request.caller)) return failed(revoked());
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

  function renewBehind(key: string, request: TokenRequest, before: HeldToken): void {
    if (joinable(key, request, before.order)) return;
    void start(key, { ...request, onMint: () => {} }, 'behind');
  }

  /** @param after - the order after which it must have begun */
  function joinable(key: string, { caller }: Mint, after: number): Flight | undefined {
    const flight = flights.get(key);
    if (flight === undefined || flight.order <= after) return undefined;
    const age = now() - flight.startedAt;
    if (age < 0 || age >= joinableFor) return undefined;
    const isVoid = revocations.voids(caller, { order: flight.order, issuedAt: Number.POSITIVE_INFINITY });
    return isVoid ? undefined : flight;
  }

  function start(key: string, request: TokenRequest, urgency: 'awaited' | 'behind'): Flight {
    const order = revocations.tick();
    const flight: Flight = { order, startedAt: now(), landing: safely(fly(key, request, urgency, order)) };
    flights.set(key, flight);
    void flight.landing.then(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    return flight;
  }

  /** Waits for a flight, for as long as a request may take. */
  function landed(flight: Flight): Promise<Landing> {
    return new Promise((resolve) => {
      const late = () => resolve(failed(unavailable('deadline', 'no token within the deadline')));
      const timer = setTimeout(late, deadline);
      timer.unref?.();
      void flight.landing.then((landing) => {
        clearTimeout(timer);
        resolve(landing);
      });
    });
  }

  async function fly(
    key: string,
    request: TokenRequest,
    urgency: 'awaited' | 'behind',
    order: number,
  ): Promise<Landing> {
    if (request.fresh) return mint(request, urgency, order, key);
    if (refusals.templateIsUnknown(request.template)) return failed(templateUnknown());
    const wanted: readonly Freshness[] = urgency === 'behind' ? ['fresh'] : ['fresh', 'renewable'];
    let found: MintedToken | undefined;
    const turn = await shared.turn(key, ({ jwt }) => {
      const token = accept(key, request, jwt, order);
      if (token === undefined || !wanted.includes(freshnessNow(token, request))) return false;
      found = token;
      return true;
    });
    if (found) {
      counters.shared += 1;
      return { kind: 'token', token: found, source: 'shared' };
    }
    try {
      return await mint(request, urgency, order, key);
    } finally {
      if (turn.kind === 'mint') turn.done();
    }
  }

  /** What nobody expected to fail must not leave a waiter without an answer. */
  async function safely(landing: Promise<Landing>): Promise<Landing> {
    try {
      return await landing;
    } catch (error) {
      options.log.error(describeError(error), 'minting failed unexpectedly');
      return failed({ kind: 'internal', error: gatewayError('INTERNAL_SERVER_ERROR'), traceId: undefined });
    }
  }

  /** Takes a token of the shared layer into this process, when it is this caller's and still good. */
  function accept(key: string, request: Mint, jwt: unknown, order: number): MintedToken | undefined {
    const { caller, policy } = request;
    try {
      const token = decodeMintedToken(jwt, now() / 1000);
      if (findFault(token, caller, policy)) return undefined;
      if (revocations.voids(caller, { order, issuedAt: token.issuedAt })) return undefined;
      held.commit(key, { token, order });
      return token;
    } catch {
      return undefined;
    }
  }

  /** Has a token minted and deals with what comes of it. @param key - where it is stored; not at all without one */
  async function mint(
    request: TokenRequest,
    urgency: 'awaited' | 'behind',
    order: number,
    key?: string,
  ): Promise<Landing> {
    const { caller, template, policy } = request;
    const onMint = () => {
      counters.mints += 1;
      request.onMint();
    };
    const onLate = (issued: Issued) => {
      const landing = settle(request, issued, order, key);
      if (landing.kind === 'token') options.onMintedBehind(request, landing.token);
    };
    const issued = await issue({ caller, template, policy, urgency, onMint, onLate });
    const landing = settle(request, issued, order, key);
    if (landing.kind === 'token' && urgency === 'behind') options.onMintedBehind(request, landing.token);
    return landing;
  }

  /** What Clerk's answer does to what is held. */
  function settle(request: TokenRequest, issued: Issued, order: number, key: string | undefined): Landing {
    if (issued.kind === 'failure') return settleFailure(request, issued.failure, key);
    const { token } = issued;
    const { caller } = request;
    if (revocations.refuses(caller)) return failed(revoked());
    const isVoid = revocations.voids(caller, { order, issuedAt: token.issuedAt });
    if (key !== undefined && !isVoid && token.expiresAt > now() / 1000) {
      held.commit(key, { token, order });
      const { jwt, issuedAt, expiresAt } = token;
      void shared.write(key, { jwt, issuedAt, expiresAt });
    }
    return { kind: 'token', token, source: 'clerk' };
  }

  function settleFailure(request: TokenRequest, failure: MintFailure, key: string | undefined): Failed {
    const { template, caller } = request;
    const meant = meaningOf(failure, caller.sessionId);
    if (meant.kind === 'template-unknown') {
      if (key !== undefined) held.drop(key);
      refusals.rememberTemplate(template);
    }
    if (meant.kind === 'session-over') options.onSessionOver(caller.sessionId);
    if (errorCode(meant.error) === 'INTERNAL_SERVER_ERROR') {
      const reason = errorReason(meant.error) ?? 'minting failed unexpectedly';
      options.log.error({ template, clerkTraceId: meant.traceId }, reason);
    }
    const present = key === undefined ? undefined : held.get(key);
    if (present) present.pause = { until: now() + renewalPause, servesStale: leavesHeldTokens(meant) };
    return failed(meant);
  }

  /** Sessions end one by one: when many seem to be over at once, it is rather the gateway that Clerk does not know. */
  function meaningOf(failure: MintFailure, sessionId: string): MintFailure {
    if (failure.kind !== 'session-over' || refusals.rememberSession(sessionId) === 'believed') return failure;
    if (Math.abs(now() - doubtedAt) >= doubtEvery) {
      doubtedAt = now();
      const details = { clerkTraceId: failure.traceId, clerk: errorReason(failure.error) };
      options.log.error(details, manySessionsRefused);
    }
    return { ...unavailable('unavailable', 'Clerk refuses many sessions at once'), traceId: failure.traceId };
  }
}

const manySessionsRefused =
  'Clerk refuses many sessions at once: held tokens are kept. Check that the keys belong to the instance of the sessions';
