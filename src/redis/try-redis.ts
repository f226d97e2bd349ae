import { randomUUID } from 'node:crypto';
import type { KeyList } from '../crypto/key-ring.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { RedisTimeoutError } from './command-timeout.ts';
import { type RedisTrial, runOnRedis, type Step } from './run-on-redis.ts';
import type { Sharing } from './share-through-redis.ts';

interface TryRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The secrets that the keys of names and encryption are derived from, the newest first. */
  secrets: KeyList<string>;
  /** The name of the Clerk instance. */
  instance: string;
  /** Longest time of the trial, in milliseconds. */
  deadline: number;
}

/** Lifetime of what is stored, in seconds. */
const lifetime = 10;
/** Longest wait for a message, in milliseconds. */
const messageTimeoutMs = 1_000;

/**
 * Tries a Redis with the code of the gateway: connects, caches a token, counts a mint and publishes a revocation. All keys and channels
 * begin with `mintgate:<instance>:check:`, which no gateway reads, and expire.
 */
export function tryRedis({ url, secrets, instance, deadline }: TryRedisOptions): Promise<RedisTrial> {
  const messages = new EventTarget();
  return runOnRedis(
    {
      ...{ url, secrets, instance: `${instance}:check`, keepFor: lifetime * 1000, deadline },
      onRevocation: (text) => void messages.dispatchEvent(new Event(text)),
    },
    (sharing) => stepsOf(sharing, messages),
  );
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
