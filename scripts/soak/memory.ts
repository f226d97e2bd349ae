import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds, after the garbage was taken out. */
export interface MemorySample {
  /** Bytes. */
  heapUsed: number;
  /** Bytes outside the heap: buffers. */
  external: number;
  /** Bytes. */
  rss: number;
}

/** Gives a function that takes the garbage out and weighs the rest. */
export function memoryScale(): () => MemorySample {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapUsed, external, rss };
  };
}

/** What may become more, in bytes, from the second third of a run to the last. */
export interface Growth {
  /** The difference of the medians. */
  grown: number;
  /** What is admitted. */
  bound: number;
  /** Bytes per request that would have been seen. */
  resolution: number;
}

/** What the samples differ by though nothing is lost: requests under way, code that was compiled meanwhile. */
const noise = 3 * 1_048_576;
/** What a gateway keeps of a session token that it has verified, at most 20,000 of them: a caller and its claims. */
const perCaller = 6_144;

/**
 * Compares the second third with the last; the first is for warming up. Medians, because a sample during a fault counts some
 * hundred requests that wait. What is meant to be kept (tokens, revocations, sessions refused) is bounded and full early, but
 * for the callers: they are kept for 600 s here, as in production, and so allowed for.
 *
 * @param requests - how many requests there were in all
 * @param callers - how many session tokens were presented first in the last two thirds, times the gateways
 */
export function growthOf(samples: readonly MemorySample[], requests: number, callers: number): Growth {
  const third = Math.floor(samples.length / 3);
  const used = samples.map(({ heapUsed, external }) => heapUsed + external);
  const grown = median(used.slice(2 * third)) - median(used.slice(third, 2 * third));
  // From the middle of one third to the middle of the other: half of what the two thirds saw.
  const bound = noise + (callers / 2) * perCaller;
  return { grown, bound, resolution: bound / (requests / 3) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
