import { type Endpoint, requireEndpoint } from '../endpoints.ts';
import { maxTimerDelay, requireInteger } from '../require-integer.ts';
import { type ForcedAnswer, requireSendable } from './forced-answer.ts';

type Target = Endpoint | 'every endpoint';

interface Hang {
  target: Target;
  done: Promise<void>;
  release(): void;
}

/** The faults of an instance. A fault for one endpoint takes precedence over one for all endpoints. */
export interface Faults {
  /** Delays in milliseconds. */
  readonly latencies: Map<Target, number>;
  /** Answers in order, each for one request. */
  readonly queues: Map<Target, ForcedAnswer[]>;
  /** Answers for every request. */
  readonly fixedAnswers: Map<Target, ForcedAnswer>;
  readonly hangs: Set<Hang>;
  /** Ends a delay early; one function for each delayed request. */
  readonly wakeUps: Set<() => void>;
}

/** Creates an empty set of faults. */
export function createFaults(): Faults {
  return {
    latencies: new Map(),
    queues: new Map(),
    fixedAnswers: new Map(),
    hangs: new Set(),
    wakeUps: new Set(),
  };
}

/** Delays answers. @param ms - milliseconds; 0 ends the delay. @throws Error for a number out of range */
export function setLatency({ latencies }: Faults, ms: number, endpoint?: Endpoint): void {
  latencies.set(targetOf(endpoint), requireInteger('the latency in milliseconds', ms, 0, maxTimerDelay));
}

/** Adds answers for the next requests, one each. @throws Error for an answer that cannot be sent */
export function queueAnswers({ queues }: Faults, answers: ForcedAnswer[], endpoint?: Endpoint): void {
  const target = targetOf(endpoint);
  queues.set(target, [...(queues.get(target) ?? []), ...answers.map(requireSendable)]);
}

/** Sets the answer for every request, or removes it with `null`. @throws Error for an answer that cannot be sent */
export function setFixedAnswer(
  { fixedAnswers }: Faults,
  answer: ForcedAnswer | null,
  endpoint?: Endpoint,
): void {
  if (answer === null) fixedAnswers.delete(targetOf(endpoint));
  else fixedAnswers.set(targetOf(endpoint), requireSendable(answer));
}

/** Accepts requests without answering them. @returns a function that lets them continue */
export function hangRequests({ hangs }: Faults, endpoint?: Endpoint): () => void {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const hang: Hang = {
    target: targetOf(endpoint),
    done,
    release: () => {
      hangs.delete(hang);
      resolve();
    },
  };
  hangs.add(hang);
  return hang.release;
}

/** Waits for hangs and latency, then returns the answer that replaces the real one, or `undefined`. */
export async function applyFaults(faults: Faults, endpoint: Endpoint): Promise<ForcedAnswer | undefined> {
  const targets: Target[] = [endpoint, 'every endpoint'];
  // Taken before the wait, so that answers are in the order of the requests.
  const queued = targets
    .map((target) => faults.queues.get(target))
    .find((queue) => queue?.length)
    ?.shift();
  const hangs = [...faults.hangs].filter((hang) => targets.includes(hang.target));
  await Promise.all(hangs.map((hang) => hang.done));
  const latency = firstOf(faults.latencies, targets) ?? 0;
  if (latency > 0) await delay(faults, latency);
  return queued ?? firstOf(faults.fixedAnswers, targets);
}

/** Removes every fault and lets waiting requests continue at once. */
export function clearFaults(faults: Faults): void {
  faults.latencies.clear();
  faults.queues.clear();
  faults.fixedAnswers.clear();
  for (const hang of faults.hangs) hang.release();
  for (const wakeUp of faults.wakeUps) wakeUp();
}

function delay({ wakeUps }: Faults, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wakeUp = () => {
      clearTimeout(timer);
      wakeUps.delete(wakeUp);
      resolve();
    };
    const timer = setTimeout(wakeUp, ms);
    wakeUps.add(wakeUp);
  });
}

function targetOf(endpoint: Endpoint | undefined): Target {
  return endpoint === undefined ? 'every endpoint' : requireEndpoint(endpoint);
}

function firstOf<T>(values: Map<Target, T>, targets: Target[]): T | undefined {
  return targets.map((target) => values.get(target)).find((value) => value !== undefined);
}
