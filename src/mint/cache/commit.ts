import type { Caller } from '../../auth/caller.ts';
import { type Failed, failed, type Issued, type Mint } from '../../clerk/get-token.ts';
import { errorCode, errorReason } from '../../errors.ts';
import type { GatewayLogger } from '../../logging/logger.ts';
import type { Revocations } from '../../revocation/revocations.ts';
import { leavesHeldTokens, type MintFailure, revoked, unavailable } from '../mint-failure.ts';
import type { MemoryStore } from './memory-store.ts';
import type { NegativeCache } from './negative-cache.ts';
import type { SharedLayer } from './shared-cache.ts';
import type { Landing } from './single-flight.ts';

/**
 * Deals with what came of a mint: commits the token, or does to what is held what the failure asks for.
 *
 * @param order - when the mint began, in the order of this process
 * @param key - where its token is held; undefined for one that is not held
 */
export type Commit = (mint: Mint, issued: Issued, order: number, key: string | undefined) => Landing;

export interface CommitOptions {
  held: MemoryStore;
  shared: SharedLayer;
  revocations: Revocations;
  refusals: NegativeCache;
  /** Told of a session that Clerk says is over, so that other instances learn it. */
  onSessionOver: (sessionId: string) => void;
  log: Pick<GatewayLogger, 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/** How long a held token is left alone after it could not be renewed, in milliseconds. */
const renewalPause = 1_000;
/** Shortest time between two lines about Clerk refusing many sessions, in milliseconds. */
const doubtEvery = 10_000;

const manySessionsRefused =
  'Clerk refuses many sessions at once: held tokens are kept. Check that the keys belong to the instance of the sessions';

export function createCommit(options: CommitOptions): Commit {
  const { held, shared, revocations, refusals, onSessionOver, log, now } = options;
  let doubtedAt = Number.NEGATIVE_INFINITY;

  function settleFailure({ template, caller }: Mint, failure: MintFailure, key: string | undefined): Failed {
    const meant = meaningOf(failure, caller);
    if (meant.kind === 'template-unknown') {
      if (key !== undefined) {
        held.drop(key);
        void shared.drop(key);
      }
      refusals.rememberTemplate(template);
    }
    if (meant.kind === 'session-over') onSessionOver(caller.sessionId);
    if (errorCode(meant.error) === 'INTERNAL_SERVER_ERROR') {
      const reason = errorReason(meant.error) ?? 'minting failed unexpectedly';
      log.error({ template, clerkTraceId: meant.traceId }, reason);
    }
    const present = key === undefined ? undefined : held.get(key);
    if (present)
      present.pause = { until: options.monotonicNow() + renewalPause, servesStale: leavesHeldTokens(meant) };
    return failed(meant);
  }

  /** Sessions end one by one: when many seem to be over at once, it is rather the gateway that Clerk does not know. */
  function meaningOf(failure: MintFailure, caller: Caller): MintFailure {
    if (failure.kind !== 'session-over' || refusals.rememberSession(caller) === 'cached') return failure;
    if (Math.abs(now() - doubtedAt) >= doubtEvery) {
      doubtedAt = now();
      const details = { clerkTraceId: failure.traceId, clerk: errorReason(failure.error) };
      log.error(details, manySessionsRefused);
    }
    return { ...unavailable('unavailable', 'Clerk refuses many sessions at once'), traceId: failure.traceId };
  }

  return (mint, issued, order, key) => {
    if (issued.kind === 'failure') return settleFailure(mint, issued.failure, key);
    const { token } = issued;
    if (revocations.refuses(mint.caller)) return failed(revoked());
    const isVoid = revocations.voids(mint.caller, { order, issuedAt: token.issuedAt });
    if (key !== undefined && !isVoid && token.expiresAt > now() / 1000) {
      held.commit(key, { token, order });
      const { jwt, issuedAt, expiresAt } = token;
      void shared.write(key, { jwt, issuedAt, expiresAt });
    }
    return { kind: 'token', token, source: 'clerk', order };
  };
}
