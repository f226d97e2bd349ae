import { randomUUID } from 'node:crypto';
import { withTimeout } from '../time/with-timeout.ts';
import { RedisTimeoutError, RedisUnavailableError } from './connection.ts';
import { describeRedisError } from './reply-error.ts';
import { type Sharing, shareThroughRedis } from './share-through-redis.ts';

export interface TryRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The keys of names and values are derived from it. */
  secret: string;
  /** Names the Clerk instance. */
  instance: string;
  /** How long to try, in milliseconds. */
  deadline: number;
}

/** The result: milliseconds per operation, or the reason and the operation that failed. */
export type RedisTrial =
  | { readonly works: true; readonly took: number }
  | { readonly works: false; readonly why: string; readonly doing: string };

/** Something that a gateway does with Redis. @throws when Redis will not do it */
type Step = [doing: string, run: () => Promise<unknown>];

/** How often a step is tried that is answered late: after so many, a gateway counts Redis as away. */
const tries = 5;
/** How long what is stored lives, in seconds. */
const lifetime = 10;
/** How long a message may take, in milliseconds. */
const messageDeadline = 1_000;

/**
 * Tries a Redis with the code that a gateway uses: connects, and stores, reads, counts and announces one of each thing. All keys
 * and channels begin with `mintgate:<instance>:check:`, which no gateway reads, and expire.
 */
export async function tryRedis({ url, secret, instance, deadline }: TryRedisOptions): Promise<RedisTrial> {
  const { promise: outcome, resolve: end } = Promise.withResolvers<RedisTrial>();
  let refused: string | undefined;
  const onAway = (said: object | string) => {
    // A gateway tries again, too.
    if (whyOf(said) !== 'too slow') end({ works: false, why: whyOf(said), doing: 'to be used' });
  };
  const onRefused = (said: object | string) => {
    refused ??= whyOf(said);
  };
  const messages = new EventTarget();
  const sharing = shareThroughRedis({
    ...{ url, secret, instance: `${instance}:check`, maxAge: lifetime, keepFor: lifetime * 1000 },
    onRevocation: (text) => void messages.dispatchEvent(new Event(text)),
    onThrottled: () => {},
    known: () => [],
    log: { debug() {}, info() {}, warn: onAway, error: onRefused },
    now: Date.now,
  });
  sharing.onHere(async () => {
    const trial = await runAll(stepsOf(sharing, messages));
    // Something that the gateway does in the background, and that no step does.
    end(trial.works && refused ? { works: false, why: refused, doing: 'to be used' } : trial);
  });
  const timer = setTimeout(() => end({ works: false, why: 'too slow', doing: 'to be used' }), deadline);
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    sharing.close();
  }
}

function whyOf(said: object | string): string {
  return (said as { why?: string }).why ?? 'refused';
}

function stepsOf({ minting, signals }: Sharing, messages: EventTarget): Step[] {
  const { tokens, rateLimit } = minting;
  const limit = { windowMs: 1_000, slots: 20, max: 1 };
  const limits = rateLimit([
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
        const heard = new Promise((resolve) =>
          messages.addEventListener(revocation, resolve, { once: true }),
        );
        await signals.revoke([revocation]);
        await withTimeout(heard, messageDeadline, () => new RedisTimeoutError('no message in time'));
      },
    ],
  ];
}

async function runAll(steps: readonly Step[]): Promise<RedisTrial> {
  const began = performance.now();
  for (const [doing, run] of steps) {
    const why = await failureOf(run);
    if (why) return { works: false, why, doing };
  }
  return { works: true, took: (performance.now() - began) / steps.length };
}

/** @returns why a step does not work; undefined when it does */
async function failureOf(run: Step[1]): Promise<string | undefined> {
  for (let left = tries; ; left -= 1) {
    try {
      await run();
      return undefined;
    } catch (error) {
      // Every other reason to be away has ended the trial.
      if (error instanceof RedisUnavailableError) return 'too slow';
      if (!(error instanceof RedisTimeoutError) || left === 1) return describeRedisError(error);
    }
  }
}
