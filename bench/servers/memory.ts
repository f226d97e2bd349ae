import { existsSync, readFileSync } from 'node:fs';
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
  /** The resident memory of the process. */
  resident: number;
}

/** Returns the memory in use after garbage collections, when another one frees no more. */
export async function usedMemory(): Promise<Memory> {
  let last = await collectOnce();
  for (let times = 1; times < 15; times += 1) {
    const next = await collectOnce();
    const freed = Math.max(last.heap - next.heap, last.resident - next.resident);
    last = next;
    if (times > 1 && freed < 500_000) break;
  }
  return last;
}

async function collectOnce(): Promise<Memory> {
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  // Other threads return memory to the system meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: anonymousMemory() ?? rss };
}

/** Returns the resident memory without the pages of files, which the system may drop at any time; `undefined` on other systems than Linux. */
function anonymousMemory(): number | undefined {
  const file = '/proc/self/status';
  const kilobytes = existsSync(file) && /^RssAnon:\s*(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : undefined;
}
