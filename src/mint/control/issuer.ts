import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhenResult,
  retry,
} from 'cockatiel';
import type { GatewayLogger } from '../../log.ts';
import { unref } from '../../unref.ts';
import { limited, type MintFailure, type MintFailureKind, unavailable } from '../mint-failure.ts';
import type { Admit } from './admission.ts';
import type { Budget } from './budget.ts';
import { type ClerkCall, failed, type Issued, type Mint } from './clerk-call.ts';
import type { Gate } from './gate.ts';

/** One token to be minted. */
export interface IssueRequest extends Mint {
  /** How long it may queue for the budget, in milliseconds; mints behind a held token never do. */
  patience: number;
  /** Called for each call that goes to Clerk. */
  onMint: () => void;
  /** Receives what a call yields after it was given up at the deadline. */
  onLate: (issued: Issued) => void;
}

/** Gives a token that the caller may have: decoded, checked, and not yet handed out. Never rejects. */
export type Issue = (request: IssueRequest) => Promise<Issued>;

export interface IssuerOptions {
  call: ClerkCall;
  /** The budget that all mints share. */
  admit: Admit;
  /** What one session may mint. */
  sessionBudget: Budget;
  gate: Gate;
  /** How long one call may take, in milliseconds. */
  deadline: number;
  log: Pick<GatewayLogger, 'warn' | 'info'>;
}

/** Failures of Clerk in a row after which it is left alone. */
const breakAfter = 5;
/** How long it is left alone before one call tries again, in milliseconds. */
const breakFor = 2_000;
/** Pause before the one retry, in milliseconds. */
const retryPause = 100;
/** Most calls given up at the deadline that may still hang. */
const maxOrphans = 100;
/** How long a call given up counts as one that hangs, in milliseconds: where nothing else ends it, undici does after 5 min. */
const orphanAge = 15_000;

/** Asks Clerk under control: gate, budget, breaker, deadline, and one retry of what may pass. */
export function createIssuer(options: IssuerOptions): Issue {
  const { call, admit, sessionBudget, gate, deadline, log } = options;
  let orphans = 0;
  let brokenUntil = 0;

  const breaker = circuitBreaker(handleWhenResult(isOutage), {
    halfOpenAfter: breakFor,
    breaker: new ConsecutiveBreaker(breakAfter),
  });
  breaker.onBreak(() => {
    const isNew = brokenUntil === 0;
    // The library reads the clock itself, and so do we here.
    brokenUntil = Date.now() + breakFor;
    if (isNew)
      log.warn({ pauseMs: breakFor }, 'Clerk fails again and again: it is asked only once in a while');
  });
  breaker.onReset(() => {
    brokenUntil = 0;
    log.info('Clerk answers again');
  });

  /** What speaks against a call right now, whoever asks. */
  function obstacle(): Issued | undefined {
    const throttled = gate.remaining();
    if (throttled > 0) return failed(limited('throttled', throttled, 'Clerk is throttling'));
    if (orphans >= maxOrphans) return failed(unavailable('orphans', 'too many calls to Clerk hang'));
    // The library reads a clock that may be set back, and would then wait for it.
    if (breaker.state === CircuitState.Open && Date.now() < brokenUntil - breakFor)
      breaker.isolate().dispose();
    const probing = breaker.state === CircuitState.HalfOpen;
    const broken = breaker.state === CircuitState.Open && Date.now() < brokenUntil;
    return probing || broken ? brokenCircuit() : undefined;
  }

  function brokenCircuit(): Issued {
    const reason = 'Clerk has failed too often in a row';
    return failed(unavailable('breaker', reason, Math.max(0, brokenUntil - Date.now())));
  }

  async function admission({ caller: { sessionId }, patience }: IssueRequest): Promise<Issued | undefined> {
    const own = await sessionBudget.take(sessionId);
    if (own.kind === 'empty') {
      return failed(limited('session-limit', own.refillMs, 'this session mints too often'));
    }
    const admission = await admit(sessionId, patience);
    if (admission.kind === 'admitted') return undefined;
    return failed(limited('budget', admission.afterMs, 'the budget of mints is spent'));
  }

  async function attempt(request: IssueRequest): Promise<Issued> {
    const refusal = obstacle() ?? (await admission(request)) ?? obstacle();
    if (refusal) return refusal;
    try {
      return await breaker.execute(() => callWithDeadline(request));
    } catch (error) {
      if (error instanceof BrokenCircuitError) return brokenCircuit();
      throw error;
    }
  }

  function callWithDeadline(request: IssueRequest): Promise<Issued> {
    request.onMint();
    return new Promise((resolve) => {
      let late = false;
      let counted = false;
      const forget = () => {
        if (counted) orphans -= 1;
        counted = false;
      };
      const timer = setTimeout(() => {
        late = true;
        counted = true;
        orphans += 1;
        unref(setTimeout(forget, orphanAge));
        resolve(failed(unavailable('deadline', 'no answer from Clerk within the deadline')));
      }, deadline);
      unref(timer);
      const settle = (issued: Issued) => {
        clearTimeout(timer);
        forget();
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

  return (request) => {
    let first: Issued | undefined;
    return again.execute(async () => {
      const outcome = await attempt(request);
      // That there is no room for a second try is not what the caller should hear.
      if (first && outcome.kind === 'failure' && ownRefusals.has(outcome.failure.kind)) return first;
      first ??= outcome;
      return outcome;
    });
  };
}

const again = retry(handleWhenResult(isTransient), {
  maxAttempts: 1,
  backoff: new ConstantBackoff(retryPause),
}).dangerouslyUnref();

/** Refusals of the gateway itself: Clerk was not asked. */
const ownRefusals: ReadonlySet<MintFailureKind> = new Set(['budget', 'session-limit', 'breaker', 'orphans']);

// Not what is wrong with one session or one answer: that must not keep Clerk from all others.
function isOutage(issued: unknown): boolean {
  const { failure } = issued as { failure?: MintFailure };
  return failure?.outage === true || failure?.kind === 'deadline';
}

function isTransient(issued: unknown): boolean {
  const { failure } = issued as { failure?: MintFailure };
  return failure?.transient === true;
}
