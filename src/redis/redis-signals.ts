import { randomUUID } from 'node:crypto';
import { elapsed } from '../elapsed.ts';
import { longestPause } from '../mint/control/gate.ts';
import type { RedisLink } from './redis-link.ts';

/** What instances tell each other at once, and can look up later. */
export interface RedisSignals {
  /** Stores revocations and tells every instance. @throws when Redis has not taken them */
  revoke(texts: readonly string[]): Promise<void>;
  /** Tells every instance, now and when it asks, that Clerk throttles. Never fails. @param milliseconds - for how long */
  throttled(milliseconds: number): void;
  close(): void;
}

export interface RedisSignalsOptions {
  link: RedisLink;
  /** Begins every key of this Clerk instance. */
  prefix: string;
  /** How long a revocation counts, in milliseconds. */
  keepFor: number;
  /** Told of revocations, of others and of one's own. */
  onRevocation: (text: string) => void;
  /** Told that Clerk throttles. @param milliseconds - for how long yet */
  onThrottled: (milliseconds: number) => void;
  /** Everything that this process knows to be revoked: Redis may have lost it. */
  known: () => readonly string[];
}

/** How often the revocations are read again, in milliseconds: a message may be lost. */
const reloadEvery = 5_000;
/** How far back each reading goes, in milliseconds: what is written while one reads may be missed. */
const overlap = 10_000;

// Times are Redis's own, so that the clocks of the instances do not matter.
const clock = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/** Adds revocations (a set sorted by when they came), forgets old ones, tells everyone of what is new. */
const add = `${clock}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('UNLINK', KEYS[1]) end
for i = 3, #ARGV do
  if redis.call('ZADD', KEYS[1], 'NX', now, ARGV[i]) == 1 then redis.call('PUBLISH', ARGV[2], ARGV[i]) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return #ARGV - 2`;

/**
 * Reads what came since a time, the name of the set, and how long Clerk throttles yet. The name is a member that stands behind
 * all others: a set with another one has lost what was in it before. Redis may be without room for it.
 */
const read = `${clock}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('UNLINK', KEYS[1]) end
local name = redis.call('ZRANGEBYSCORE', KEYS[1], '+inf', '+inf', 'LIMIT', 0, 1)[1]
if not name then
  local named = redis.pcall('ZADD', KEYS[1], '+inf', ARGV[3])
  if type(named) == 'number' then
    name = ARGV[3]
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
end
local throttled = redis.call('PTTL', KEYS[2])
if throttled == -1 or throttled > tonumber(ARGV[4]) then
  redis.call('UNLINK', KEYS[2])
  throttled = 0
end
local since = math.max(tonumber(ARGV[1]), now - ARGV[2])
return { now, redis.call('ZRANGEBYSCORE', KEYS[1], since, '(+inf'), name or '', throttled }`;

/** Closes the gate for everyone, unless it is closed for longer. */
const throttle = `
local left = redis.call('PTTL', KEYS[1])
if left < tonumber(ARGV[1]) or left > tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  redis.call('PUBLISH', ARGV[2], 'throttled:' .. ARGV[1])
end
return 1`;

/** Pub/sub and its backstop: at the start, after each absence of Redis and every 5 s, everything is read again. */
export function redisSignals(options: RedisSignalsOptions): RedisSignals {
  const { link, prefix, keepFor, onRevocation, onThrottled, known } = options;
  const [revocations, gate, channel] = [`${prefix}revocations`, `${prefix}throttled`, `${prefix}signals`];
  let readUpTo = 0;
  let readAt = 0;
  // The set that has what this process knows.
  let complete = '';
  let reading = false;

  async function revoke(texts: readonly string[]): Promise<void> {
    if (texts.length === 0) return;
    await link.call((redis) => redis.eval(add, 1, revocations, String(keepFor), channel, ...texts));
  }

  async function reload(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      const since = String(Math.max(0, readUpTo - overlap));
      const answer = await link.call((redis) =>
        redis.eval(
          read,
          2,
          revocations,
          gate,
          since,
          String(keepFor),
          `set:${randomUUID()}`,
          String(longestPause),
        ),
      );
      const [at, texts, name, throttledFor] = answer as [number, string[], string, number];
      // Another server may have taken its place, whose clock is behind: what it was told since then may have been left out.
      const missed = readUpTo > 0 && at - readUpTo < elapsed() - readAt - overlap / 2;
      for (const text of texts) onRevocation(text);
      if (throttledFor > 0) onThrottled(throttledFor);
      readUpTo = missed ? 0 : at;
      readAt = elapsed();
      // It was away, flushed, or restarted empty: what it does not have is known here.
      if (name !== complete || name === '') await revoke(known());
      complete = name;
    } catch {
      // Redis is away, which the link has said; or it will do next time.
    } finally {
      reading = false;
    }
  }

  link.onMessage(channel, (message) => {
    const milliseconds = /^throttled:(\d{1,6})$/.exec(message)?.[1];
    if (milliseconds === undefined) onRevocation(message);
    else onThrottled(Number(milliseconds));
  });
  link.onHere(() => {
    readUpTo = 0;
    complete = '';
    void reload();
  });
  const timer = setInterval(() => void reload(), reloadEvery);
  timer.unref?.();

  return {
    revoke,
    throttled(milliseconds) {
      const command = link.call((redis) =>
        redis.eval(throttle, 1, gate, String(Math.ceil(milliseconds)), channel, String(longestPause)),
      );
      command.catch(() => {});
    },
    close: () => clearInterval(timer),
  };
}
