import { type Endpoint, requireEndpoint } from '../endpoints.ts';
import { longestWait, requireNumber } from '../require-number.ts';
import { type ForcedAnswer, requireSendable } from './forced-answer.ts';

type Target = Endpoint | 'every endpoint';

/** What a test wants to go wrong. A fault for one endpoint goes before one for all. */
export interface Faults {
  setLatency(ms: number, endpoint?: Endpoint): void;
  queueAnswers(answers: ForcedAnswer[], endpoint?: Endpoint): void;
  setAnswer(answer: ForcedAnswer | null, endpoint?: Endpoint): void;
  /** Holds requests back until the returned function is called. */
  hang(endpoint?: Endpoint): () => void;
  /** Waits as told, then yields the answer to give instead of the real one. */
  apply(endpoint: Endpoint): Promise<ForcedAnswer | undefined>;
  /** Takes every fault away and lets go of what waits. */
  clear(): void;
}

interface Hang {
  target: Target;
  done: Promise<void>;
  release(): void;
}

export function createFaults(): Faults {
  const latencies = new Map<Target, number>();
  const queues = new Map<Target, ForcedAnswer[]>();
  const standing = new Map<Target, ForcedAnswer>();
  const hangs = new Set<Hang>();
  const waits = new Set<() => void>();

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        waits.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      waits.add(finish);
    });

  return {
    setLatency: (ms, endpoint) => {
      latencies.set(targetOf(endpoint), requireNumber('the latency in milliseconds', ms, 0, longestWait));
    },
    queueAnswers: (answers, endpoint) => {
      const target = targetOf(endpoint);
      queues.set(target, [...(queues.get(target) ?? []), ...answers.map(requireSendable)]);
    },
    setAnswer: (answer, endpoint) => {
      if (answer === null) standing.delete(targetOf(endpoint));
      else standing.set(targetOf(endpoint), requireSendable(answer));
    },
    hang: (endpoint) => {
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
    },
    apply: async (endpoint) => {
      const targets: Target[] = [endpoint, 'every endpoint'];
      // Taken before waiting, so that answers go out in the order in which requests came in.
      const answer = targets
        .map((target) => queues.get(target))
        .find((queue) => queue?.length)
        ?.shift();
      await Promise.all([...hangs].filter((hang) => targets.includes(hang.target)).map((hang) => hang.done));
      const latency = firstOf(latencies, targets) ?? 0;
      if (latency > 0) await pause(latency);
      return answer ?? firstOf(standing, targets);
    },
    clear: () => {
      latencies.clear();
      queues.clear();
      standing.clear();
      for (const hang of hangs) hang.release();
      for (const finish of waits) finish();
    },
  };
}

function targetOf(endpoint: Endpoint | undefined): Target {
  return endpoint === undefined ? 'every endpoint' : requireEndpoint(endpoint);
}

function firstOf<T>(values: Map<Target, T>, targets: Target[]): T | undefined {
  return targets.map((target) => values.get(target)).find((value) => value !== undefined);
}
