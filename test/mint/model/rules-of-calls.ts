import { type Asked, type Called, clockWasSet, concerns, type History } from './history.ts';
import { isClerksFailure } from './meaning.ts';
import { policyOf } from './world.ts';

/** After how many milliseconds a call is given up, and from when on its flight cannot be joined. */
const deadline = 3_000;
/** Outages in a row after which Clerk is left alone. */
const breakAfter = 5;
/** For how long, in milliseconds. */
const breakFor = 2_000;
/** For how long a held token is served on after it could not be renewed, in milliseconds. */
const pause = 1_000;
const second = 1_000;
/** For how long it is remembered that Clerk does not know a session or a template, in milliseconds. */
const remembered = 10 * second;

/** The window over which mints are counted, in milliseconds. */
const window = 10 * second;

/** What may reach Clerk, and when: checked at each call against all calls before. */
export function createRulesOfCalls(history: History, mintBudget: number) {
  const { called, takenBack, asked } = history;
  const givenUp = new Set<Called>();
  const failures: { key: string; at: number }[] = [];
  let outages = 0;
  let broken: { at: number; order: number; probe?: Called } | undefined;
  let lastBroken = Number.NEGATIVE_INFINITY;
  let throttled: { at: number; order: number; milliseconds: number } | undefined;

  function outcome(call: Called, kind: 'outage' | 'other', at: number): void {
    if (broken) {
      if (call !== broken.probe) return;
      lastBroken = performance.now();
      broken = kind === 'outage' ? { at, order: history.next() } : undefined;
      outages = 0;
      return;
    }
    outages = kind === 'outage' ? outages + 1 : 0;
    if (outages >= breakAfter) broken = { at, order: history.next() };
  }

  /** Calls that nobody waits for any more count as outages from their deadline on. */
  function giveUp(): void {
    for (const call of called) {
      const took = (call.answer?.at ?? performance.now()) - call.at;
      if (took < deadline || givenUp.has(call)) continue;
      givenUp.add(call);
      failures.push({ key: call.by.key, at: call.at + deadline });
      outcome(call, 'outage', call.at + deadline);
    }
  }

  function checkThrottle(call: Called): void {
    if (!throttled || call.at === throttled.at || clockWasSet(history, throttled.order)) return;
    const left = throttled.at + throttled.milliseconds - call.at;
    if (left > 0) history.break('Clerk is left alone until Retry-After is over', { call, left });
  }

  function checkBreaker(call: Called): void {
    // What happens at the same moment may cross.
    if (!broken || call.at === broken.at || clockWasSet(history, broken.order)) return;
    if (call.at - broken.at < breakFor) history.break('a Clerk that fails is left alone', { call, broken });
    if (broken.probe) history.break('one call tries whether Clerk is back', { call, broken });
    broken.probe = call;
  }

  function checkRetry(call: Called): void {
    const earlier = called.filter((other) => other !== call && other.by === call.by);
    if (earlier.length > 1) history.break('one request makes at most two calls', { call });
    const [first] = earlier;
    const meaning = first?.answer?.meaning;
    if (first && !(meaning?.kind === 'outage' && meaning.retried && !givenUp.has(first))) {
      history.break('a call is tried again only after what may pass', { call, first });
    }
  }

  function checkFlights(call: Called): void {
    const { by } = call;
    if (by.fresh || policyOf(by.template).cache === false) return;
    const other = called.find(
      (one) =>
        one.by !== by &&
        one.by.key === by.key &&
        !one.by.fresh &&
        (one.answer === undefined || one.answer.order > call.order) &&
        !givenUp.has(one) &&
        by.at - one.by.at < deadline &&
        one.by.order < by.order,
    );
    if (!other) return;
    const since = other.by.order;
    const mayDiffer =
      takenBack.some((one) => one.order > since && concerns(one, by.caller)) ||
      clockWasSet(history, since) ||
      asked.some((one) => one.fresh && one.key === by.key && one.at >= other.by.at);
    if (!mayDiffer) history.break('one flight per key', { call, other });
  }

  function checkBudget(call: Called): void {
    const recent = called.filter(({ at }) => call.at - at < window);
    // Fixed windows: two windows' worth can pass at a border, and more when the clock is set.
    if (recent.length > 2 * mintBudget && !clockWasSet(history, recent[0]?.order ?? 0))
      history.break('no more mints than the budget allows', { call, recent: recent.length });
  }

  return {
    began(call: Called): void {
      giveUp();
      checkThrottle(call);
      checkBreaker(call);
      checkRetry(call);
      checkFlights(call);
      checkBudget(call);
    },
    ended(call: Called): void {
      giveUp();
      const { answer } = call;
      if (!answer) return;
      const { meaning, at } = answer;
      if (isClerksFailure(meaning)) failures.push({ key: call.by.key, at });
      if (meaning.kind === 'throttled')
        throttled = later(throttled, { ...answer, milliseconds: meaning.milliseconds });
      if (meaning.kind === 'session-over') {
        const { clock, order } = answer;
        const drop = { effect: 'drop', subject: 'session', id: call.sessionId } as const;
        takenBack.push({ ...drop, order, clock, at: clock / 1000 + 5 });
      }
      if (!givenUp.has(call)) outcome(call, meaning.kind === 'outage' ? 'outage' : 'other', at);
    },
    /** When all that has happened is over, if nothing more happens. */
    calmAt(): number {
      giveUp();
      const ends = called.map(({ at, answer, due }) =>
        answer ? answer.at + remembered : (due ?? at + deadline),
      );
      const open = throttled ? throttled.at + throttled.milliseconds : 0;
      return Math.max(0, open, ...ends, (broken?.at ?? 0) + breakFor);
    },
    /** Takes note of the calls that nobody waits for any more. */
    giveUp,
    /** Whether a call for this key has failed since. */
    failedSince(key: string, since: number): boolean {
      giveUp();
      return failures.some((failure) => failure.key === key && failure.at >= since);
    },
    /** Whether Clerk has failed while a request waited, or just before. */
    wasFailing({ key, at }: Asked): boolean {
      giveUp();
      const from = at - pause;
      if (failures.some((failure) => failure.key === key && failure.at >= from)) return true;
      if (broken || lastBroken >= from) return true;
      if (!throttled) return false;
      // A clock that is set back makes it last longer, but not more than twice as long.
      const lasts = throttled.milliseconds * (clockWasSet(history, throttled.order) ? 2 : 1);
      return throttled.at + lasts >= from;
    },
  };
}

type Throttled = { at: number; order: number; milliseconds: number };

function later(before: Throttled | undefined, next: Throttled): Throttled {
  return before && before.at + before.milliseconds > next.at + next.milliseconds ? before : next;
}
