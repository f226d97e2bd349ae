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

/** Adds revocations (a set sorted by when they came), forgets old ones, tells everyone. */
const add = `${clock}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], 'NX', now, ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
for i = 3, #ARGV do redis.call('PUBLISH', ARGV[2], ARGV[i]) end
return #ARGV - 2`;

/** Reads what came since a time, how many there are, and how long Clerk throttles yet. */
const read = `${clock}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
local since = math.max(tonumber(ARGV[1]), now - ARGV[2])
return { now, redis.call('ZRANGEBYSCORE', KEYS[1], since, '+inf'),
  redis.call('ZCOUNT', KEYS[1], now - ARGV[2], '+inf'), redis.call('PTTL', KEYS[2]) }`;

/** Closes the gate for everyone, unless it is closed for longer. */
const throttle = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  redis.call('PUBLISH', ARGV[2], 'throttled:' .. ARGV[1])
end
return 1`;

/** Pub/sub and its backstop: at the start, after each absence of Redis and every 5 s, everything is read again. */
export function redisSignals(options: RedisSignalsOptions): RedisSignals {
  const { link, prefix, keepFor, onRevocation, onThrottled, known } = options;
  const [revocations, gate, channel] = [`${prefix}revocations`, `${prefix}throttled`, `${prefix}signals`];
  let readUpTo = 0;
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
        redis.eval(read, 2, revocations, gate, since, String(keepFor)),
      );
      const [at, texts, count, throttledFor] = answer as [number, string[], number, number];
      for (const text of texts) onRevocation(text);
      if (throttledFor > 0) onThrottled(throttledFor);
      readUpTo = at;
      // It was flushed, or restarted empty: what it has lost is known here.
      const own = known();
      if (own.length > count) await revoke(own);
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
    void reload();
  });
  const timer = setInterval(() => void reload(), reloadEvery);
  timer.unref?.();

  return {
    revoke,
    throttled(milliseconds) {
      const command = link.call((redis) =>
        redis.eval(throttle, 1, gate, String(Math.ceil(milliseconds)), channel),
      );
      command.catch(() => {});
    },
    close: () => clearInterval(timer),
  };
}
