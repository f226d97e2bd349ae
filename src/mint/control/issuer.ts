import type { GatewayLogger } from '../../log.ts';
import { unref } from '../../unref.ts';
import { limited, type MintFailureKind, unavailable } from '../mint-failure.ts';
import type { Admit } from './admission.ts';
import { createBreaker } from './breaker.ts';
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
  /** Milliseconds that no change of the clock touches. */
  elapsed: () => number;
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
  const { call, admit, sessionBudget, gate, deadline, elapsed, log } = options;
  // By when each was given up. No timers: in some runtimes they end with the request that has started them.
  const orphans = new Map<symbol, number>();
  const breaker = createBreaker({
    ...{ breakAfter, breakFor, elapsed },
    tryFor: deadline + breakFor,
    onBreak: () =>
      log.warn({ pauseMs: breakFor }, 'Clerk fails again and again: it is asked only once in a while'),
    onReset: () => log.info('Clerk answers again'),
  });

  /** What speaks against a call right now, whoever asks. */
  function obstacle(): Issued | undefined {
    const throttled = gate.remaining();
    if (throttled > 0) return failed(limited('throttled', throttled, 'Clerk is throttling'));
    if (countOrphans() >= maxOrphans) return failed(unavailable('orphans', 'too many calls to Clerk hang'));
    const pause = breaker.pause();
    if (pause === undefined) return undefined;
    return failed(unavailable('breaker', 'Clerk has failed too often in a row', pause));
  }

  function countOrphans(): number {
    for (const [orphan, since] of orphans) {
      if (elapsed() - since < orphanAge) break;
      orphans.delete(orphan);
    }
    return orphans.size;
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
    const ended = breaker.begin();
    const issued = await callWithDeadline(request);
    ended(isOutage(issued) ? 'failed' : 'answered');
    return issued;
  }

  function callWithDeadline(request: IssueRequest): Promise<Issued> {
    request.onMint();
    return new Promise((resolve) => {
      const orphan = Symbol('a call to Clerk');
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        orphans.set(orphan, elapsed());
        resolve(failed(unavailable('deadline', 'no answer from Clerk within the deadline')));
      }, deadline);
      unref(timer);
      const settle = (issued: Issued) => {
        clearTimeout(timer);
        orphans.delete(orphan);
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
    await pause(retryPause);
    const second = await attempt(request);
    // That there is no room for a second try is not what the caller should hear.
    return second.kind === 'failure' && ownRefusals.has(second.failure.kind) ? first : second;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    unref(setTimeout(resolve, milliseconds));
  });
}

/** Refusals of the gateway itself: Clerk was not asked. */
const ownRefusals: ReadonlySet<MintFailureKind> = new Set(['budget', 'session-limit', 'breaker', 'orphans']);

// Not what is wrong with one session or one answer: that must not keep Clerk from all others.
function isOutage(issued: Issued): boolean {
  if (issued.kind === 'token') return false;
  return issued.failure.outage === true || issued.failure.kind === 'deadline';
}

function isTransient(issued: Issued): boolean {
  return issued.kind === 'failure' && issued.failure.transient === true;
}
