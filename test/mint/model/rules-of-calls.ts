import { clockWasSet, concerns, type History, type RecordedCall, type RecordedRequest } from './history.ts';
import { isClerksFailure, type Meaning } from './meaning.ts';
import { policyOf } from './world.ts';

/** The shortest and longest pause of a key after a discarded token, in milliseconds. */
const discardedFor = { least: 1_000, most: 30_000 };
/** When a call times out, and its flight gets no more followers, in milliseconds. */
const deadline = 3_000;
/** Outages in a row that open the circuit breaker. */
const failureThreshold = 5;
/** How long it stays open before a trial, in milliseconds. */
const openForMs = 2_000;
/** The pause of a held token after a failed renewal, in milliseconds. */
const pause = 1_000;
const second = 1_000;
/** How long the negative cache holds a session or a template, in milliseconds. */
const negativeCacheMs = 10 * second;

/** The window of the mint budget, in milliseconds. */
const window = 10 * second;

/** Checks each call to Clerk against all calls before it. */
export function createRulesOfCalls(history: History, mintBudget: number) {
  const { calls, revocations, requests } = history;
  const userMintLimit = Math.max(1, Math.floor(mintBudget / 4), Math.min(10, Math.floor(mintBudget / 2)));
  const timedOut = new Set<RecordedCall>();
  const failures: { key: string; at: number }[] = [];
  let outages = 0;
  /** The open circuit breaker. `at`: when it opened, or when the last trial began. */
  let broken: { at: number; trials: readonly RecordedCall[] } | undefined;
  /** When the circuit breaker last closed: earlier calls show nothing about the present state of Clerk. */
  let closed = 0;
  let lastBroken = Number.NEGATIVE_INFINITY;
  let throttled: { at: number; sequence: number; milliseconds: number } | undefined;

  function outcome(call: RecordedCall, kind: 'outage' | 'other', at: number): void {
    if (broken) {
      if (kind === 'outage' || !broken.trials.includes(call)) return;
      lastBroken = performance.now();
      broken = undefined;
      closed = history.next();
      outages = 0;
      return;
    }
    if (kind === 'other') outages = 0;
    else if (call.sequence > closed) outages += 1;
    if (outages >= failureThreshold) broken = { at, trials: [] };
  }

  /** Calls without an answer count as outages from their deadline on. */
  function markTimeouts(): void {
    for (const call of calls) {
      const took = (call.answer?.at ?? performance.now()) - call.at;
      if (took < deadline || timedOut.has(call)) continue;
      timedOut.add(call);
      failures.push({ key: call.by.key, at: call.at + deadline });
      outcome(call, 'outage', call.at + deadline);
    }
  }

  function checkThrottle(call: RecordedCall): void {
    if (!throttled || call.at === throttled.at || clockWasSet(history, throttled.sequence)) return;
    const left = throttled.at + throttled.milliseconds - call.at;
    if (left > 0) history.break('no call is made before Retry-After has passed', { call, left });
  }

  function checkBreaker(call: RecordedCall): void {
    // Events of one moment may come in any order.
    if (!broken || (call.at === broken.at && broken.trials.length === 0)) return;
    if (call.at - broken.at < openForMs)
      history.break('no call is made while the circuit breaker is open', { call, broken });
    broken = { at: call.at, trials: [...broken.trials, call] };
  }

  function checkRetry(call: RecordedCall): void {
    const earlier = calls.filter((other) => other !== call && other.by === call.by);
    if (earlier.length > 3) history.break('one request makes at most two mints of two calls', { call });
    const last = earlier.at(-1);
    if (!last) return;
    const { meaning } = last.answer ?? {};
    const mayPass = meaning?.kind === 'outage' && meaning.retried && !timedOut.has(last);
    if (!mayPass && !wasOutdated(last)) {
      history.break('a call is repeated only after a transient failure or a revocation', { call, last });
    }
  }

  /** Returns whether a revocation has dropped the caller's tokens since the request arrived. */
  function wasOutdated({ answer, by }: RecordedCall): boolean {
    if (answer?.meaning.kind !== 'token') return false;
    return revocations.some((one) => one.sequence > by.sequence && concerns(one, by.caller));
  }

  function checkDiscarded(call: RecordedCall): void {
    const answered = calls.filter(({ by, answer }) => by.key === call.by.key && answer !== undefined);
    const last = answered.toSorted((one, other) => orderOf(one) - orderOf(other)).at(-1);
    if (last?.answer?.meaning.kind !== 'discarded' || orderOf(last) > call.by.sequence) return;
    if (call.at - last.answer.at < discardedFor.least)
      history.break('no mint is made during the pause after a discarded token', { call, last });
  }

  function checkFlights(call: RecordedCall): void {
    const { by } = call;
    if (by.fresh || policyOf(by.template).cache === false) return;
    const other = calls.find(
      (one) =>
        one.by !== by &&
        one.by.key === by.key &&
        !one.by.fresh &&
        (one.answer === undefined || one.answer.sequence > call.sequence) &&
        !timedOut.has(one) &&
        by.at - one.by.at < deadline &&
        one.by.sequence < by.sequence,
    );
    if (!other) return;
    const since = other.by.sequence;
    const mayDiffer =
      revocations.some((one) => one.sequence > since && concerns(one, by.caller)) ||
      clockWasSet(history, since) ||
      requests.some((one) => one.fresh && one.key === by.key && one.at >= other.by.at);
    if (!mayDiffer) history.break('a key has one flight at a time', { call, other });
  }

  function checkBudget(call: RecordedCall): void {
    const recent = calls.filter(({ at }) => call.at - at < window);
    const own = recent.filter(({ by }) => by.caller.userId === call.by.caller.userId);
    if (recent.length > mintBudget)
      history.break('all callers make no more mints than the budget allows', { call, recent: recent.length });
    if (own.length > userMintLimit)
      history.break('one user makes no more mints than its share', { call, own: own.length });
  }

  return {
    began(call: RecordedCall): void {
      markTimeouts();
      checkThrottle(call);
      checkBreaker(call);
      checkRetry(call);
      checkFlights(call);
      checkDiscarded(call);
      checkBudget(call);
    },
    ended(call: RecordedCall): void {
      markTimeouts();
      const { answer } = call;
      if (!answer) return;
      const { meaning, at } = answer;
      if (isClerksFailure(meaning)) failures.push({ key: call.by.key, at });
      if (meaning.kind === 'throttled')
        throttled = later(throttled, { ...answer, milliseconds: meaning.milliseconds });
      if (meaning.kind === 'session-ended') {
        const { clock, sequence } = answer;
        const drop = { effect: 'drop', subject: 'session', id: call.sessionId } as const;
        revocations.push({ ...drop, sequence, clock, learnedAt: at, at: clock / 1000 + 5 });
      }
      if (!timedOut.has(call)) outcome(call, meaning.kind === 'outage' ? 'outage' : 'other', at);
    },
    /** Returns when the effects of all steps so far have ended. */
    recoveredAt(): number {
      markTimeouts();
      const ends = calls.map(({ at, answer, due }) =>
        answer ? answer.at + memoryOf(answer.meaning) : (due ?? at + deadline),
      );
      const open = throttled ? throttled.at + throttled.milliseconds : 0;
      return Math.max(0, open, ...ends, (broken?.at ?? 0) + openForMs);
    },
    /** Counts the calls past their deadline as outages. */
    markTimeouts,
    /** Returns whether a call for this key has failed since. */
    failedSince(key: string, since: number): boolean {
      markTimeouts();
      return failures.some((failure) => failure.key === key && failure.at >= since);
    },
    /** Returns whether Clerk has failed while a request waited, or just before. */
    wasFailing({ key, at }: RecordedRequest): boolean {
      markTimeouts();
      const from = at - pause;
      if (failures.some((failure) => failure.key === key && failure.at >= from)) return true;
      if (broken || lastBroken >= from) return true;
      if (!throttled) return false;
      // A clock that is set back extends the time, at most to twice its length.
      const lasts = throttled.milliseconds * (clockWasSet(history, throttled.sequence) ? 2 : 1);
      return throttled.at + lasts >= from;
    },
  };
}

type Throttled = { at: number; sequence: number; milliseconds: number };

function orderOf({ answer }: RecordedCall): number {
  return answer?.sequence ?? Number.POSITIVE_INFINITY;
}

/** Returns how long an answer may prevent further calls, in milliseconds. */
function memoryOf({ kind }: Meaning): number {
  return kind === 'discarded' ? discardedFor.most : negativeCacheMs;
}

function later(before: Throttled | undefined, next: Throttled): Throttled {
  return before && before.at + before.milliseconds > next.at + next.milliseconds ? before : next;
}
