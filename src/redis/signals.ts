import { randomUUID } from 'node:crypto';
import { longestThrottleMs } from '../mint/limits/throttle.ts';
import type { RedisConnection } from './connection.ts';

/** Signals between the instances of a gateway: revocations and throttles. */
export interface RedisSignals {
  /**
   * Stores and publishes revocations.
   *
   * @param texts - of `Revocations.learn`
   * @returns the number of processes that Redis has told at once, this one included
   * @throws when Redis has not stored them
   */
  revoke(texts: readonly string[]): Promise<number>;
  /** Stores and publishes that Clerk throttles. Never fails. @param milliseconds - from now on */
  publishThrottle(milliseconds: number): void;
  /** Writes the known revocations to Redis again, so that they expire later there, too, after `keepFor` has grown. */
  prolong(): void;
  close(): void;
}

interface RedisSignalsOptions {
  connection: RedisConnection;
  /** The prefix of every key and channel of this Clerk instance. */
  prefix: string;
  /** Returns how long a revocation counts, in milliseconds. */
  keepFor: () => number;
  /** Receives the text of each revocation, including those of this process. */
  onRevocation: (text: string) => void;
  /** Called when Clerk throttles. @param milliseconds - from now on */
  onThrottled: (milliseconds: number) => void;
  /** Returns the texts of all revocations that this process knows: Redis may have lost them. */
  knownTexts: () => readonly string[];
}

/** Time between two reads of the revocations, in milliseconds. */
const reloadEveryMs = 5_000;
/** Maximum number of revocations that one command reads or writes: more would take too long. */
const pageSize = 250;

// The clock of Redis, so that the clocks of the instances do not matter.
const clock = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

// KEYS[1] is a sorted set of revocation keys by time of arrival; its member with an infinite score is the name of the set. KEYS[2] has the
// texts by key. Values of other types are deleted.
const validKeys = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('UNLINK', KEYS[1]) end
if redis.call('TYPE', KEYS[2]).ok ~= 'hash' then redis.call('UNLINK', KEYS[2]) end
local latest = tonumber(redis.call('ZREVRANGEBYSCORE', KEYS[1], '(+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)[2] or 0)`;

/**
 * Adds revocations that are missing or have a later moment than the stored one, and deletes expired ones. Publishes all of them, because a
 * stored one may have been written back without a message. Returns the number of receivers of the last message.
 */
const add = `${clock}${validKeys}
local told = 0
for i = 3, #ARGV do
  local key, at = string.match(ARGV[i], '^(%a+:%a+:[%w_-]+):([%d.]+):')
  local there = string.match(redis.call('HGET', KEYS[2], key) or '', '^%a+:%a+:[%w_-]+:([%d.]+):')
  if not there or tonumber(at) > tonumber(there) or not redis.call('ZSCORE', KEYS[1], key) then
    latest = math.max(now, latest + 0.001)
    redis.call('HSET', KEYS[2], key, ARGV[i])
    redis.call('ZADD', KEYS[1], string.format('%.3f', latest), key)
  end
  if ARGV[2] ~= '' then told = redis.call('PUBLISH', ARGV[2], ARGV[i]) end
end
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1], 'LIMIT', 0, 1000)
if #old > 0 then
  redis.call('ZREM', KEYS[1], unpack(old))
  redis.call('HDEL', KEYS[2], unpack(old))
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return told`;

/**
 * Returns the texts that arrived after a position of the set, the position of the last of them, the last position of the set, the name of
 * the set, and for how many milliseconds Clerk throttles. A changed name shows that the set has lost its contents. The name is empty when
 * Redis has no memory left for it.
 */
const read = `${clock}${validKeys}
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
local texts, position = {}, ARGV[1]
for i = 1, #entries, 2 do
  texts[#texts + 1] = redis.call('HGET', KEYS[2], entries[i]) or ''
  position = entries[i + 1]
end
return { texts, position, string.format('%.3f', latest), name or '', throttled }`;

/** Stores and publishes a throttle, unless a longer one is stored. */
const throttle = `
local left = redis.call('PTTL', KEYS[1])
if left < tonumber(ARGV[1]) or left > tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
  redis.call('PUBLISH', ARGV[2], 'throttled:' .. ARGV[1])
end
return 1`;

interface State extends RedisSignalsOptions {
  readonly keys: { readonly revocations: string; readonly texts: string; readonly throttled: string };
  readonly channel: string;
  /** The name of the set that was read; empty before the first read. */
  setName: string;
  /** The score up to which that set was read. */
  position: string;
  /** Whether the set may lack a revocation that this process knows. */
  mayLackRevocations: boolean;
  isReading: boolean;
}

/**
 * Creates the signals between instances: pub/sub, backed by keys that are read every 5 s and each time that Redis becomes
 * connected, because messages may be lost.
 */
export function createRedisSignals(options: RedisSignalsOptions): RedisSignals {
  const { connection, prefix, onRevocation, onThrottled } = options;
  const state: State = {
    ...options,
    keys: {
      revocations: `${prefix}revocations`,
      texts: `${prefix}revocation-texts`,
      throttled: `${prefix}throttled`,
    },
    channel: `${prefix}signals`,
    ...{ setName: '', position: '0', mayLackRevocations: true, isReading: false },
  };
  connection.onMessage(state.channel, (message) => {
    const milliseconds = /^throttled:(\d{1,6})$/.exec(message)?.[1];
    if (milliseconds === undefined) onRevocation(message);
    else onThrottled(Number(milliseconds));
  });
  connection.onConnected(() => {
    // Redis may be another server now: one that lacks the latest revocations, and has older ones that the first lacked.
    state.position = '0';
    state.mayLackRevocations = true;
    void reload(state);
  });
  const timer = setInterval(() => void reload(state), reloadEveryMs);
  timer.unref();

  return {
    revoke: (texts) => write(state, texts, state.channel),
    publishThrottle: (milliseconds) => publishThrottle(state, milliseconds),
    prolong() {
      state.mayLackRevocations = true;
      void reload(state);
    },
    close: () => clearInterval(timer),
  };
}

/** Writes revocations to Redis. @param channel - the channel on which they are published; empty for none @returns as `revoke` */
async function write(state: State, all: readonly string[], channel: string): Promise<number> {
  const { connection, keys, keepFor } = state;
  let told = 0;
  try {
    for (let at = 0; at < all.length; at += pageSize) {
      const page = all.slice(at, at + pageSize);
      const receivers = await connection.run((client) =>
        client.eval(add, 2, keys.revocations, keys.texts, String(keepFor()), channel, ...page),
      );
      told = Number(receivers);
    }
    return told;
  } catch (error) {
    state.mayLackRevocations = true;
    throw error;
  }
}

/** Reads new revocations, and writes the known ones back to a set that may lack them. Never rejects. */
async function reload(state: State): Promise<void> {
  if (state.isReading) return;
  state.isReading = true;
  try {
    while (await readPage(state));
    if (!state.mayLackRevocations) return;
    // Set before the write, so that a write that fails meanwhile sets it again. The loss of a set without a name would not be noticed.
    state.mayLackRevocations = state.setName === '';
    // Not published, which would keep the other instances busy: they read new revocations themselves.
    await write(state, state.knownTexts(), '');
  } catch {
    // The connection has logged the reason, and the next reload tries again.
  } finally {
    state.isReading = false;
  }
}

/** Reads one page. @returns whether there is more */
async function readPage(state: State): Promise<boolean> {
  const { connection, keys, keepFor, onThrottled, onRevocation } = state;
  const reply = await connection.run((client) =>
    client.eval(
      read,
      ...[3, keys.revocations, keys.texts, keys.throttled],
      ...[
        state.position,
        String(keepFor()),
        `set:${randomUUID()}`,
        String(longestThrottleMs),
        String(pageSize),
      ],
    ),
  );
  const [texts, position, lastPosition, setName, throttledMs] = reply as [
    string[],
    string,
    string,
    string,
    number,
  ];
  if (throttledMs > 0) onThrottled(throttledMs);
  const isAnotherSet = setName !== state.setName || Number(lastPosition) < Number(state.position);
  if (isAnotherSet && state.position !== '0') {
    // Redis was flushed, restarted empty, or replaced by another server.
    state.setName = setName;
    state.position = '0';
    state.mayLackRevocations = true;
    return true;
  }
  if (isAnotherSet || texts.includes('')) state.mayLackRevocations = true;
  for (const text of texts) onRevocation(text);
  state.setName = setName;
  state.position = position;
  return texts.length === pageSize;
}

/** Publishes that Clerk throttles. Never fails: the connection logs the reason. */
function publishThrottle({ connection, keys, channel }: State, milliseconds: number): void {
  connection
    .run((client) =>
      client.eval(
        throttle,
        1,
        keys.throttled,
        String(Math.ceil(milliseconds)),
        channel,
        String(longestThrottleMs),
      ),
    )
    .catch(() => {});
}
