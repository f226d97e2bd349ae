import { randomUUID } from 'node:crypto';
import type { KeyList } from '../crypto/key-ring.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { RedisTimeoutError } from './command-timeout.ts';
import { RedisUnavailableError } from './connection.ts';
import { describeRedisError } from './reply-error.ts';
import { type Sharing, shareThroughRedis } from './share-through-redis.ts';

interface TryRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The secrets that the keys of names and encryption are derived from. */
  secrets: KeyList<string>;
  /** The name of the Clerk instance. */
  instance: string;
  /** Longest time of the trial, in milliseconds. */
  deadline: number;
}

/** The result: milliseconds per operation, or the reason and the operation that failed, such as `to store a token`. */
type RedisTrial =
  | { readonly works: true; readonly took: number }
  | { readonly works: false; readonly why: string; readonly doing: string };

/** An operation of a gateway on Redis. */
type Step = [doing: string, run: () => Promise<unknown>];

/** Maximum number of attempts of a step that times out: after as many, a gateway counts Redis as unavailable. */
const maxAttempts = 5;
/** Lifetime of what is stored, in seconds. */
const lifetime = 10;
/** Longest wait for a message, in milliseconds. */
const messageTimeoutMs = 1_000;

/**
 * Tries a Redis with the code of the gateway: connects, caches a token, counts a mint and publishes a revocation. All keys and channels
 * begin with `mintgate:<instance>:check:`, which no gateway reads, and expire.
 */
export async function tryRedis({ url, secrets, instance, deadline }: TryRedisOptions): Promise<RedisTrial> {
  const { promise: outcome, resolve: end } = Promise.withResolvers<RedisTrial>();
  let replyError: string | undefined;
  const onUnavailable = (line: object | string) => {
    // A gateway also tries again after a timeout.
    if (whyOf(line) !== 'too slow') end({ works: false, why: whyOf(line), doing: 'to be used' });
  };
  const onReplyError = (line: object | string) => {
    replyError ??= whyOf(line);
  };
  const messages = new EventTarget();
  const sharing = shareThroughRedis({
    ...{
      url,
      secrets: () => secrets,
      instance: `${instance}:check`,
      maxAge: () => lifetime,
      keepFor: () => lifetime * 1000,
    },
    onRevocation: (text) => void messages.dispatchEvent(new Event(text)),
    onThrottled: () => {},
    knownTexts: () => [],
    log: { debug() {}, info() {}, warn: onUnavailable, error: onReplyError },
    now: Date.now,
  });
  sharing.onConnected(async () => {
    const trial = await runAll(stepsOf(sharing, messages));
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

function stepsOf({ minting, signals }: Sharing, messages: EventTarget): Step[] {
  const { tokens, rateLimit } = minting;
  const limit = { windowMs: 1_000, slots: 20, max: 1 };
  const limits = rateLimit(() => [
    { ...limit, name: 'user-limit', per: 'userId' },
    { ...limit, name: 'budget', per: 'all' },
  ]);
  const key = 'check';
  const issuedAt = Date.now() / 1000;
  const revocation = `drop:session:${randomUUID()}:1.000:1:unsigned-so-ignored`;
  return [
    ['to store a token', () => tokens.write(key, { jwt: key, issuedAt, expiresAt: issuedAt + lifetime })],
    ['to read a token', () => tokens.read(key)],
    ['to drop a token', () => tokens.drop(key)],
    ['to lock a token', async () => (await tokens.lock(key))?.()],
    ['to count mints', () => limits.take({ userId: key, sessionId: key })],
    [
      'to announce a revocation',
      async () => {
        const arrival = new Promise((resolve) =>
          messages.addEventListener(revocation, resolve, { once: true }),
        );
        await signals.revoke([revocation]);
        await withTimeout(
          arrival,
          messageTimeoutMs,
          () => new RedisTimeoutError('the message did not arrive'),
        );
      },
    ],
  ];
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
      // Every other reason to be unavailable has ended the trial already.
      if (error instanceof RedisUnavailableError) return 'too slow';
      if (!(error instanceof RedisTimeoutError) || attempt === maxAttempts) return describeRedisError(error);
    }
  }
}
