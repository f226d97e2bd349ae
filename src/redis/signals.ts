import { randomUUID } from 'node:crypto';
import { longestThrottleMs } from '../mint/limits/throttle.ts';
import type { RedisConnection } from './connection.ts';

/** What instances tell each other at once, and can look up later. */
export interface RedisSignals {
  /** Stores revocations and tells every instance. @throws when Redis has not taken them */
  revoke(texts: readonly string[]): Promise<void>;
  /** Tells every instance, now and when it asks, that Clerk throttles. Never fails. @param milliseconds - for how long */
  throttled(milliseconds: number): void;
  close(): void;
}

export interface RedisSignalsOptions {
  link: RedisConnection;
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
/** How many are read, or written, by one command: more would take too long. */
const page = 250;

// Times are Redis's own, so that the clocks of the instances do not matter.
const clock = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

// Two keys: a set of what is revoked, sorted by when it came, and the text of each. The last of the set is its name.
const sound = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('UNLINK', KEYS[1]) end
if redis.call('TYPE', KEYS[2]).ok ~= 'hash' then redis.call('UNLINK', KEYS[2]) end
local latest = tonumber(redis.call('ZREVRANGEBYSCORE', KEYS[1], '(+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)[2] or 0)`;

/**
 * Adds revocations that are not there or say more than what is, tells a channel of all of them (one that is there may have been
 * written back in silence), and forgets old ones.
 */
const add = `${clock}${sound}
for i = 3, #ARGV do
  local key, at = string.match(ARGV[i], '^(%a+:%a+:[%w_-]+):([%d.]+):')
  local there = string.match(redis.call('HGET', KEYS[2], key) or '', '^%a+:%a+:[%w_-]+:([%d.]+):')
  if not there or tonumber(at) > tonumber(there) or not redis.call('ZSCORE', KEYS[1], key) then
    latest = math.max(now, latest + 0.001)
    redis.call('HSET', KEYS[2], key, ARGV[i])
    redis.call('ZADD', KEYS[1], string.format('%.3f', latest), key)
  end
  if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[2], ARGV[i]) end
end
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1], 'LIMIT', 0, 1000)
if #old > 0 then
  redis.call('ZREM', KEYS[1], unpack(old))
  redis.call('HDEL', KEYS[2], unpack(old))
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return #ARGV - 2`;

/**
 * Reads what came after a place in the set, that place, the last one, the name of the set, and how long Clerk throttles yet. A
 * set with another name has lost what was in it before. Redis may be without room for a name.
 */
const read = `${clock}${sound}
local name = redis.call('ZRANGEBYSCORE', KEYS[1], '+inf', '+inf', 'LIMIT', 0, 1)[1]
if not name then
  local named = redis.pcall('ZADD', KEYS[1], '+inf', ARGV[3])
  if type(named) == 'number' then
    name = ARGV[3]
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
end
local throttled = redis.call('PTTL', KEYS[3])
if throttled == -1 or throttled > tonumber(ARGV[4]) then
  redis.call('UNLINK', KEYS[3])
  throttled = 0
end
local entries = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '(+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[5])
local texts, place = {}, ARGV[1]
for i = 1, #entries, 2 do
  texts[#texts + 1] = redis.call('HGET', KEYS[2], entries[i]) or ''
  place = entries[i + 1]
end
return { texts, place, string.format('%.3f', latest), name or '', throttled }`;

/** Closes the gate for everyone, unless it is closed for longer. */
const throttle = `
local left = redis.call('PTTL', KEYS[1])
if left < tonumber(ARGV[1]) or left > tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  redis.call('PUBLISH', ARGV[2], 'throttled:' .. ARGV[1])
end
return 1`;

/** Pub/sub and its backstop: at the start, after each absence of Redis and every 5 s, what is new is read. */
export function redisSignals(options: RedisSignalsOptions): RedisSignals {
  const { link, prefix, keepFor, onRevocation, onThrottled, known } = options;
  const [revocations, texts] = [`${prefix}revocations`, `${prefix}revocation-texts`];
  const [gate, channel] = [`${prefix}throttled`, `${prefix}signals`];
  // Which set was read, and up to where.
  let name = '';
  let place = '0';
  // Whether the set may be without something that is known here.
  let lacks = true;
  let reading = false;

  /** @param announceTo - a channel, or nobody */
  async function write(all: readonly string[], announceTo: string): Promise<void> {
    try {
      for (let at = 0; at < all.length; at += page) {
        const some = all.slice(at, at + page);
        await link.call((redis) =>
          redis.eval(add, 2, revocations, texts, String(keepFor), announceTo, ...some),
        );
      }
    } catch (error) {
      lacks = true;
      throw error;
    }
  }

  /** Reads one page. @returns whether there is more */
  async function readOn(): Promise<boolean> {
    const answer = await link.call((redis) =>
      redis.eval(
        read,
        ...[3, revocations, texts, gate],
        ...[place, String(keepFor), `set:${randomUUID()}`, String(longestThrottleMs), String(page)],
      ),
    );
    const [found, upTo, last, present, throttledFor] = answer as [string[], string, string, string, number];
    if (throttledFor > 0) onThrottled(throttledFor);
    const isAnother = present !== name || Number(last) < Number(place);
    if (isAnother && place !== '0') {
      // It was flushed, restarted empty, or another server has taken its place.
      [name, place, lacks] = [present, '0', true];
      return true;
    }
    if (isAnother || found.includes('')) lacks = true;
    for (const text of found) onRevocation(text);
    [name, place] = [present, upTo];
    return found.length === page;
  }

  async function reload(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (await readOn());
      if (!lacks) return;
      // Before the write: a revocation that fails meanwhile must not be forgotten. A set without a name may be lost unseen.
      lacks = name === '';
      // The others read what they do not know: so many messages would only keep them busy.
      await write(known(), '');
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
    // It may be another server, without the last of what this instance has read and with things from before them.
    [place, lacks] = ['0', true];
    void reload();
  });
  const timer = setInterval(() => void reload(), reloadEvery);
  timer.unref?.();

  return {
    revoke: (all) => write(all, channel),
    throttled(milliseconds) {
      const command = link.call((redis) =>
        redis.eval(throttle, 1, gate, String(Math.ceil(milliseconds)), channel, String(longestThrottleMs)),
      );
      command.catch(() => {});
    },
    close: () => clearInterval(timer),
  };
}
