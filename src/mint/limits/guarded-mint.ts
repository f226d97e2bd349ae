import type { GatewayLogger } from '../../logging/logger.ts';
import { sleep } from '../../time/sleep.ts';
import { unref } from '../../time/unref.ts';
import { limited, type MintFailureKind, unavailable } from '../mint-failure.ts';
import type { MintOnce } from '../mint-once.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import type { MintSubject } from '../token-request.ts';
import type { Admit } from './admission.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { Throttle } from './throttle.ts';

/** One token to be minted. */
export interface GuardedMintRequest extends MintSubject {
  /** How long it may queue for the budget, in milliseconds; mints in the background never do. */
  maxWaitMs: number;
  /** Called for each call that goes to Clerk. */
  onMint: () => void;
  /** Receives what a call yields after it was given up at the deadline. */
  onLate: (issued: TokenResult) => void;
}

/** Gives a token that the caller may have: decoded, checked, and not yet handed out. Never rejects. */
export type GuardedMint = (request: GuardedMintRequest) => Promise<TokenResult>;

export interface GuardedMintOptions {
  call: MintOnce;
  /** Lets mints through as the rate limits allow. */
  admit: Admit;
  /** Most calls that may be open at once; those given up at the deadline are open until they end. */
  maxOpenCalls: number;
  gate: Throttle;
  /** How long one call may take, in milliseconds. */
  deadline: number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
  log: Pick<GatewayLogger, 'warn' | 'info'>;
}

/** Failures of Clerk in a row after which the circuit breaker opens. */
const failureThreshold = 5;
/** How long the circuit breaker stays open before a trial, in milliseconds. */
const openForMs = 2_000;
/** Pause before the one retry, in milliseconds. */
const retryPause = 100;
/** How long a call counts as open, in milliseconds: where nothing else ends it, undici does after 5 min. */
const openCallAge = 15_000;

/** Asks Clerk under control: gate, budget, breaker, deadline, and one retry of what may pass. */
export function createGuardedMint(options: GuardedMintOptions): GuardedMint {
  const { call, admit, maxOpenCalls, gate, deadline, monotonicNow, log } = options;
  // By when each began. No timers: in some runtimes they end with the request that has started them.
  const openCalls = new Map<symbol, number>();
  const breaker = createCircuitBreaker({
    ...{ failureThreshold, openForMs, monotonicNow },
    onOpen: () =>
      log.warn({ openForMs }, `Clerk failed ${failureThreshold} times in a row: the circuit breaker is open`),
    onClose() {
      // Calls that hang since the outage say nothing about Clerk as it is now.
      openCalls.clear();
      log.info('Clerk answers again: the circuit breaker is closed');
    },
  });

  /** Returns why no call may be made now, or undefined: throttle, circuit breaker, open calls. A trial skips the bound on open calls. */
  function obstacle(): TokenResult | undefined {
    const throttled = gate.remaining();
    if (throttled > 0) return failed(limited('throttled', throttled));
    const retryIn = breaker.retryIn();
    if (retryIn > 0)
      return failed(unavailable('circuit-open', 'Clerk has failed too often in a row', retryIn));
    if (breaker.state !== 'closed' || countOpenCalls() < maxOpenCalls) return undefined;
    return failed(unavailable('open-calls', 'too many calls to Clerk are open'));
  }

  function countOpenCalls(): number {
    for (const [open, since] of openCalls) {
      if (monotonicNow() - since < openCallAge) break;
      openCalls.delete(open);
    }
    return openCalls.size;
  }

  async function admission({ caller, maxWaitMs }: GuardedMintRequest): Promise<TokenResult | undefined> {
    const result = await admit(caller, maxWaitMs);
    if (result.kind === 'admitted') return undefined;
    return failed(limited(result.limit, result.retryInMs));
  }

  async function attempt(request: GuardedMintRequest): Promise<TokenResult> {
    const refusal = obstacle() ?? (await admission(request)) ?? obstacle();
    if (refusal) return refusal;
    const ended = breaker.begin();
    const issued = await callWithDeadline(request);
    ended(isOutage(issued) ? 'failed' : 'answered');
    return issued;
  }

  function callWithDeadline(request: GuardedMintRequest): Promise<TokenResult> {
    request.onMint();
    return new Promise((resolve) => {
      const open = Symbol('a call to Clerk');
      openCalls.set(open, monotonicNow());
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        resolve(failed(unavailable('deadline', 'no answer from Clerk within the deadline')));
      }, deadline);
      unref(timer);
      const settle = (issued: TokenResult) => {
        clearTimeout(timer);
        openCalls.delete(open);
        if (issued.kind === 'failure' && issued.failure.kind === 'throttled') {
          gate.close((issued.failure.retryAfter ?? 0) * 1000);
        }
        if (!late) return resolve(issued);
        request.onLate(issued);
      };
      call(request).then(settle, () =>
        settle(failed(unavailable('unavailable', 'the call to Clerk failed'))),
      );
    });
  }

  return async (request) => {
    const first = await attempt(request);
    if (!isTransient(first)) return first;
    await sleep(retryPause);
    const second = await attempt(request);
    // That there is no room for a second try is not what the caller should hear.
    return second.kind === 'failure' && ownRefusals.has(second.failure.kind) ? first : second;
  };
}

/** Refusals of the gateway itself: Clerk was not asked. */
const ownRefusals: ReadonlySet<MintFailureKind> = new Set([
  ...(['budget', 'session-limit', 'user-limit'] as const),
  ...(['circuit-open', 'open-calls'] as const),
]);

// Not what is wrong with one session or one answer: that must not keep Clerk from all others.
function isOutage(issued: TokenResult): boolean {
  if (issued.kind === 'token') return false;
  return issued.failure.outage === true || issued.failure.kind === 'deadline';
}

function isTransient(issued: TokenResult): boolean {
  return issued.kind === 'failure' && issued.failure.transient === true;
}
