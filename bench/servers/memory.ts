import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// V8 collects garbage 8 s after a process has become idle. To measure an idle process, load this module first.
setFlagsFromString('--memory-reducer-gc-count=0');
const collect = runInNewContext('gc') as (options: object) => void;

/** In bytes. */
export interface Memory {
  /** What V8 and its buffers use. */
  heap: number;
  /** Resident set size of the process. */
  rss: number;
}

/** Returns the memory in use after a garbage collection. */
export async function usedMemory(): Promise<Memory> {
  for (let times = 0; times < 3; times += 1) {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
