import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The memory of a process after a garbage collection. */
export interface MemorySample {
  /** Bytes. */
  heapUsed: number;
  /** Bytes outside the heap: buffers. */
  external: number;
  /** Bytes. */
  rss: number;
}

/** Creates a function that collects garbage and measures the memory that is left. */
export function createMemorySampler(): () => MemorySample {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapUsed, external, rss };
  };
}

/** The growth of memory from the second third of a run to the last, in bytes. */
export interface Growth {
  /** The difference of the medians. */
  grown: number;
  /** The largest allowed difference. */
  bound: number;
  /** The smallest leak that the test detects, in bytes per request. */
  resolution: number;
}

/** The largest difference without a leak, in bytes: requests in flight and compiled code. */
const noise = 3 * 1_048_576;
/** The memory for one verified session token in the cache of callers, in bytes; a gateway keeps up to 20,000. */
const perCaller = 6_144;

/**
 * Compares the median of the second third of the samples with that of the last; the first third is the warm-up. Samples during a fault
 * include hundreds of waiting requests, so medians are used. All caches are bounded and full early, except the cache of callers: it keeps
 * them for 600 s, and the limit allows for it.
 *
 * @param requests - the number of requests in the whole run
 * @param callers - the number of new session tokens in the last two thirds, times the number of gateways
 */
export function growthOf(samples: readonly MemorySample[], requests: number, callers: number): Growth {
  const third = Math.floor(samples.length / 3);
  const used = samples.map(({ heapUsed, external }) => heapUsed + external);
  const grown = median(used.slice(2 * third)) - median(used.slice(third, 2 * third));
  // The medians are in the middle of the two thirds, so half of their callers lie between them.
  const bound = noise + (callers / 2) * perCaller;
  return { grown, bound, resolution: bound / (requests / 3) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
