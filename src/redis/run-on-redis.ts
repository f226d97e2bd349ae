import type { KeyList } from '../crypto/key-ring.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { RedisTimeoutError } from './command-timeout.ts';
import { RedisUnavailableError } from './connection.ts';
import { describeRedisError } from './reply-error.ts';
import { type Sharing, shareThroughRedis } from './share-through-redis.ts';

interface RunOnRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The secrets that the keys of names and encryption are derived from, the newest first. */
  secrets: KeyList<string>;
  /** The name of the Clerk instance. */
  instance: string;
  /** How long a revocation counts, in milliseconds. */
  keepFor: number;
  /** Longest time of the run, in milliseconds. */
  deadline: number;
  /** Receives the text of each revocation. @default nothing */
  onRevocation?: (text: string) => void;
}

/** The result: milliseconds per operation, or the reason and the operation that failed, such as `to store a token`. */
export type RedisTrial =
  | { readonly works: true; readonly took: number }
  | { readonly works: false; readonly why: string; readonly doing: string };

/** An operation of a gateway on Redis. It may run several times. */
export type Step = [doing: string, run: () => Promise<unknown>];

/** Maximum number of attempts of a step that times out: after as many, a gateway counts Redis as unavailable. */
const maxAttempts = 5;

/** Connects to Redis with the code of the gateway, runs some steps, and disconnects. */
export async function runOnRedis(
  { url, secrets, instance, keepFor, deadline, onRevocation = () => {} }: RunOnRedisOptions,
  stepsOf: (sharing: Sharing) => readonly Step[],
): Promise<RedisTrial> {
  const { promise: outcome, resolve: end } = Promise.withResolvers<RedisTrial>();
  let replyError: string | undefined;
  const onUnavailable = (line: object | string) => {
    // A gateway also tries again after a timeout.
    if (whyOf(line) !== 'too slow') end({ works: false, why: whyOf(line), doing: 'to be used' });
  };
  const onReplyError = (line: object | string) => {
    replyError ??= whyOf(line);
  };
  const sharing = shareThroughRedis({
    ...{ url, secrets: () => secrets, instance, maxAge: () => keepFor / 1000, keepFor: () => keepFor },
    ...{ onRevocation, onThrottled: () => {}, knownTexts: () => [], now: Date.now },
    log: { debug() {}, info() {}, warn: onUnavailable, error: onReplyError },
  });
  sharing.onConnected(async () => {
    const trial = await runAll(stepsOf(sharing));
    // The background work of the connection may fail although each step works.
    end(trial.works && replyError ? { works: false, why: replyError, doing: 'to be used' } : trial);
  });
  const timer = setTimeout(() => end({ works: false, why: 'too slow', doing: 'to be used' }), deadline);
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    sharing.close();
  }
}

/** Returns the reason in a log line of the connection. */
function whyOf(line: object | string): string {
  return (line as { why?: string }).why ?? 'refused';
}

async function runAll(steps: readonly Step[]): Promise<RedisTrial> {
  const began = monotonicNow();
  for (const [doing, run] of steps) {
    const why = await failureOf(run);
    if (why) return { works: false, why, doing };
  }
  return { works: true, took: (monotonicNow() - began) / steps.length };
}

/** Returns why a step does not work; `undefined` when it works. */
async function failureOf(run: Step[1]): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run();
      return undefined;
    } catch (error) {
      // Every other reason to be unavailable has ended the run already.
      if (error instanceof RedisUnavailableError) return 'too slow';
      if (!(error instanceof RedisTimeoutError) || attempt === maxAttempts) return describeRedisError(error);
    }
  }
}
