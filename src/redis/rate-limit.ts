import {
  counterOf,
  type LimitRule,
  noneQueued,
  type OnTotal,
  type RateLimit,
} from '../mint/limits/rate-limit.ts';
import type { RedisConnection } from './connection.ts';

interface RedisRateLimitOptions {
  connection: RedisConnection;
  /** The prefix of every key of the limits of this Clerk instance. It has a hash tag, so that one script may use several keys. */
  prefix: string;
  /** Returns the present rules, checked in this order. */
  rules: () => readonly LimitRule[];
  /** Returns the name of the counter of an id, the same in every instance. @param kind - the name of the limit */
  nameOf: (kind: string, id: string) => string;
  /** Receives the counts of all instances together. @default nothing */
  onTotal?: OnTotal | undefined;
}

/**
 * Counts one mint in every limit, or in none. Each key is a hash from the number of a slot to its count. The clock is that of Redis, so
 * that the clocks of the instances do not matter. Anything else at a key is deleted.
 *
 * ARGV for each key: the limit less the queued calls, the length of a slot in milliseconds, the slots of a window. Returns the number of
 * the limit that is spent, or 0, the milliseconds until it has room, and the count of the limit that was checked last.
 */
const take = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used = 0
for i, key in ipairs(KEYS) do
  local max, slot_ms, per_window = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local current = math.floor(now / slot_ms)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' and (kind ~= 'hash' or redis.call('HLEN', key) > 2 * per_window + 2) then redis.call('UNLINK', key) end
  local entries = redis.call('HGETALL', key)
  used = 0
  local slots, old = {}, {}
  for j = 1, #entries, 2 do
    local index, count = tonumber(entries[j]), tonumber(entries[j + 1])
    if index and count and count > 0 and count < 1e9 and index % 1 == 0 and count % 1 == 0
      and index >= current - per_window and index <= current then
      used = used + count
      slots[#slots + 1] = { index, count }
    else
      old[#old + 1] = entries[j]
    end
  end
  if #old > 0 then redis.call('HDEL', key, unpack(old)) end
  local missing = used + 1 - max
  if missing > 0 then
    table.sort(slots, function(one, other) return one[1] < other[1] end)
    for _, slot in ipairs(slots) do
      missing = missing - slot[2]
      if missing <= 0 then return { i, (slot[1] + per_window + 1) * slot_ms - now, used } end
    end
    return { i, per_window * slot_ms, used }
  end
end
for i, key in ipairs(KEYS) do
  local slot_ms, per_window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  redis.call('HINCRBY', key, string.format('%.0f', math.floor(now / slot_ms)), 1)
  redis.call('PEXPIRE', key, (per_window + 2) * slot_ms)
end
return { 0, 0, used + 1 }`;

/** Creates a rate limit that all processes share. `take` is one command, so it answers or rejects within 50 ms. */
export function createRedisRateLimit({
  connection,
  prefix,
  rules: presentRules,
  nameOf,
  onTotal,
}: RedisRateLimitOptions): RateLimit {
  return {
    async take(subject, queued = noneQueued) {
      const rules = presentRules();
      const keys = rules.map((rule) => {
        const counter = counterOf(rule, subject);
        return `${prefix}${rule.name}:${counter === '' ? 'all' : nameOf(rule.name, counter)}`;
      });
      const numbers = rules.flatMap(({ max, per, windowMs, slots }) => [
        max - queued[per],
        windowMs / slots,
        slots,
      ]);
      const reply = await connection.run((client) => client.eval(take, keys.length, ...keys, ...numbers));
      const [number, retryInMs, used] = reply as [number, number, number];
      const checked = rules[(number === 0 ? rules.length : number) - 1];
      if (checked?.per === 'all') onTotal?.(used, checked.max);
      if (number === 0) return { kind: 'taken' };
      const spent = rules[number - 1];
      if (spent === undefined)
        throw new Error(`the rate limit script returned ${number}: expected the number of a limit`);
      return { kind: 'spent', limit: spent.name, retryInMs };
    },
  };
}
