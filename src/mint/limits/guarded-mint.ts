import type { GatewayLogger } from '../../logging/logger.ts';
import type { ClerkCallEvent } from '../../telemetry/events.ts';
import type { Reporter } from '../../telemetry/reporter.ts';
import type { WorkSpan } from '../../telemetry/tracing.ts';
import { sleep } from '../../time/sleep.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { limited, type MintFailureKind, unavailable } from '../mint-failure.ts';
import type { MintOnce } from '../mint-once.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import type { MintSubject } from '../token-request.ts';
import type { Admit } from './admission.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import type { Throttle } from './throttle.ts';

/** A request to mint one token. */
export interface GuardedMintRequest extends MintSubject {
  /** Longest wait for the budget, in milliseconds; 0 for a mint in the background, which never waits. */
  maxWaitMs: number;
  /** Called before each call to Clerk. */
  onMint: () => void;
  /** Receives the result of a call that ends after its deadline. */
  onLate: (result: TokenResult) => void;
}

/** Mints a token at Clerk, within the limits. Never rejects. */
export type GuardedMint = (request: GuardedMintRequest) => Promise<TokenResult>;

interface GuardedMintOptions {
  call: MintOnce;
  /** Admits mints within the rate limits. */
  admit: Admit;
  /** Returns the maximum number of open calls. A call stays open after its deadline, until it ends. */
  maxOpenCalls: () => number;
  throttle: Throttle;
  /** Returns the longest wait for one call, in milliseconds. */
  deadline: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
  log: Pick<GatewayLogger, 'warn' | 'info'>;
  reporter: Pick<Reporter, 'clerkCall' | 'startSpan' | 'runClerkCall'>;
}

/** The guarded mint of a gateway. */
interface GuardedMints {
  mint: GuardedMint;
  /** Returns the state of the circuit breaker. */
  circuitState(): CircuitBreaker['state'];
}

interface State extends GuardedMintOptions {
  readonly breaker: CircuitBreaker;
  /**
   * When each open call began, the oldest first, on the monotonic clock in milliseconds. They expire without timers, because some runtimes end
   * the timers of a request together with it.
   */
  readonly openCalls: Map<symbol, number>;
}

/** Failures in a row after which the circuit breaker opens. */
const failureThreshold = 5;
/** Time from the opening of the circuit breaker to a trial, in milliseconds. */
const halfOpenAfterMs = 2_000;
/** Time before the one retry, in milliseconds. */
const retryAfterMs = 100;
/** Longest time that a call counts as open, in milliseconds: undici alone would end it only after 5 min. */
const longestOpenMs = 15_000;

/**
 * Creates a guarded mint. A call passes, in this order: throttle, circuit breaker, bound on open calls, rate limits, deadline, and one
 * retry of a transient failure.
 */
export function createGuardedMint(options: GuardedMintOptions): GuardedMints {
  const { monotonicNow, log } = options;
  const openCalls = new Map<symbol, number>();
  const breaker = createCircuitBreaker({
    ...{ failureThreshold, halfOpenAfterMs, monotonicNow },
    onOpen: () =>
      log.warn(
        { halfOpenAfterMs },
        `Clerk failed ${failureThreshold} times in a row: the circuit breaker is open`,
      ),
    onClose() {
      // Calls that hang since the outage show nothing about the present state of Clerk.
      openCalls.clear();
      log.info('Clerk answers again: the circuit breaker is closed');
    },
  });
  const state = { ...options, breaker, openCalls };
  return { mint: (request) => mintWithRetry(state, request), circuitState: () => breaker.state };
}

async function mintWithRetry(state: State, request: GuardedMintRequest): Promise<TokenResult> {
  const first = await attempt(state, request, 0);
  if (!isTransient(first)) return first;
  await sleep(retryAfterMs);
  const second = await attempt(state, request, 1);
  // The caller gets the first answer of Clerk rather than the refusal of a retry by the gateway.
  return second.kind === 'failure' && refusalsOfRetry.has(second.failure.kind) ? first : second;
}

/** @param resendCount - how often the call was made before */
async function attempt(state: State, request: GuardedMintRequest, resendCount: number): Promise<TokenResult> {
  const refusal = findRefusal(state) ?? (await requestAdmission(state, request)) ?? findRefusal(state);
  if (refusal) return refusal;
  const end = state.breaker.begin();
  const result = await callWithDeadline(state, request, resendCount);
  end(isOutage(result) ? 'failed' : 'answered');
  return result;
}

/** Returns the failure when no call may be made now: throttle, circuit breaker or open calls. A trial skips the bound on open calls. */
function findRefusal(state: State): TokenResult | undefined {
  const { throttle, breaker, maxOpenCalls } = state;
  const throttledMs = throttle.remainingMs();
  if (throttledMs > 0) return failed(limited('throttled', throttledMs));
  const retryInMs = breaker.retryInMs();
  if (retryInMs > 0) {
    return failed(unavailable('circuit-open', 'Clerk has failed too often in a row', retryInMs));
  }
  if (breaker.state !== 'closed' || countOpenCalls(state) < maxOpenCalls()) return undefined;
  return failed(unavailable('open-calls', 'too many calls to Clerk are open'));
}

function countOpenCalls({ openCalls, monotonicNow }: State): number {
  for (const [call, since] of openCalls) {
    if (monotonicNow() - since < longestOpenMs) break;
    openCalls.delete(call);
  }
  return openCalls.size;
}

async function requestAdmission(
  { admit }: State,
  { caller, maxWaitMs }: GuardedMintRequest,
): Promise<TokenResult | undefined> {
  const result = await admit(caller, maxWaitMs);
  return result.kind === 'admitted' ? undefined : failed(limited(result.limit, result.retryInMs));
}

const endpoint = {
  method: 'POST',
  template: '/v1/sessions/{session_id}/tokens/{template_name}',
} as const;

async function callWithDeadline(
  state: State,
  request: GuardedMintRequest,
  resendCount: number,
): Promise<TokenResult> {
  request.onMint();
  const startedAt = state.monotonicNow();
  const span = state.reporter.startSpan({ kind: 'clerk-call', ...endpoint, resendCount });
  const call = callClerk(state, request, span);
  const result = await withTimeout(call, state.deadline(), () => new Error('deadline')).catch(() => {
    // `callClerk` never rejects: this is the deadline.
    void call.then(request.onLate);
    return failed(unavailable('deadline', 'no answer from Clerk within the deadline'));
  });
  const answer = answerOf(result);
  state.reporter.clerkCall({ ...endpoint, durationMs: state.monotonicNow() - startedAt, ...answer });
  span?.end(answer);
  return result;
}

/** Returns the status of Clerk's answer, and why the call has failed. */
function answerOf(result: TokenResult): Pick<ClerkCallEvent, 'status' | 'errorType'> {
  // A discarded token is an answer, too: it is for another caller.
  if (result.kind === 'token' || result.failure.kind === 'discarded') return { status: 200 };
  const { status, kind } = result.failure;
  return status === undefined ? { errorType: kind } : { status, errorType: String(status) };
}

/** Calls Clerk, and starts the throttle when it answers 429. Never rejects. */
async function callClerk(
  state: State,
  request: GuardedMintRequest,
  span: WorkSpan | undefined,
): Promise<TokenResult> {
  const { call, openCalls, throttle, reporter, monotonicNow } = state;
  const id = Symbol('call to Clerk');
  openCalls.set(id, monotonicNow());
  const answer = reporter.runClerkCall(span, () => call(request));
  const result = await answer.catch(() => failed(unavailable('unavailable', 'the call to Clerk failed')));
  openCalls.delete(id);
  if (result.kind === 'failure' && result.failure.kind === 'throttled') {
    throttle.throttleFor((result.failure.retryAfter ?? 0) * 1000);
  }
  return result;
}

/** Refusals of the gateway itself that a retry may meet: Clerk was not called. */
const refusalsOfRetry: ReadonlySet<MintFailureKind> = new Set<MintFailureKind>([
  ...(['budget', 'session-limit', 'user-limit'] as const),
  ...(['circuit-open', 'open-calls'] as const),
]);

/** Returns whether a result counts as an outage. A fault of one session or one answer must not open the circuit breaker for all. */
function isOutage(result: TokenResult): boolean {
  if (result.kind === 'token') return false;
  return result.failure.outage === true || result.failure.kind === 'deadline';
}

function isTransient(result: TokenResult): boolean {
  return result.kind === 'failure' && result.failure.transient === true;
}
