import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** The calls that a server answers to be profiled. */
export type ProfiledServer = {
  /** Starts to sample the process. */
  startProfile(): Promise<void>;
  /** Stops it. @returns the share of each part of the samples in which the process was busy, between 0 and 1 */
  stopProfile(): Promise<[part: string, share: number][]>;
};

/** Time between two samples, in microseconds. */
const interval = 100;

/** Creates the calls that profile this process. */
export function createProfiler(): ProfiledServer {
  const session = new Session();
  return {
    async startProfile() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval });
      await session.post('Profiler.start');
    },
    async stopProfile() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return sharesOf(profile);
    },
  };
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): [string, number][] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const partOf = (id: number | undefined): string | undefined => {
    const frame = id === undefined ? undefined : byId.get(id)?.callFrame;
    if (frame === undefined) return undefined;
    // A native function belongs to its caller.
    return nameOf(frame) ?? (id === undefined ? undefined : partOf(callers.get(id)));
  };
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const part = partOf(id) ?? 'V8';
    if (part !== 'idle') times.set(part, (times.get(part) ?? 0) + (timeDeltas[at] ?? 0));
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].map(([part, time]): [string, number] => [part, time / total]);
}

const socketWrites = /^(?:writev|write(?:Utf8|Latin1)String|writeBuffer)$/;

/** Returns the part that a function belongs to, or `undefined` for a native function. */
function nameOf({ functionName, url }: { functionName: string; url: string }): string | undefined {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName.startsWith('(')) return 'V8';
  if (url === '') return socketWrites.test(functionName) ? 'the write to the socket' : undefined;
  if (url.startsWith('node:internal/crypto')) return 'SHA-256 of the session token';
  if (/^node:_?http|^node:internal\/http/.test(url)) return 'HTTP of Node.js';
  if (url.startsWith('node:')) return 'other parts of Node.js';
  const [, modules] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  return modules ?? /\/(src\/[^/]+)/.exec(url)?.[1] ?? url;
}
