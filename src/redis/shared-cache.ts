import { randomUUID } from 'node:crypto';
import { ReplyError } from 'ioredis';
import type { Encryption } from '../crypto/encryption.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { SharedCache } from '../mint/cache/shared-cache.ts';
import type { RedisConnection } from './connection.ts';

export interface RedisSharedCacheOptions {
  link: RedisConnection;
  keyedHash: Pick<KeyedHash, 'name'>;
  encryption: Encryption;
  /** Begins every key of this Clerk instance. */
  prefix: string;
  /** Seconds from `iat` after which no instance hands the token out. */
  maxAge: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long an instance has the right to mint, in milliseconds. */
const lockFor = 3_000;

/** The longest value that is read, in bytes: what is longer is garbage, and would take too long. */
const longestValue = 65_536;

/**
 * Stores a value unless the one that is there was issued later. What stands before the first `|` is the `iat`; whatever has
 * another form, or another type, is garbage and gives way.
 */
const setIfNewer = `
local there = redis.pcall('GETRANGE', KEYS[1], 0, 31)
if type(there) == 'string' then
  local issued = tonumber(string.match(there, '^(%d[%d.]*)|'))
  if issued and issued > tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** Deletes a key that still has the value one has seen, or one that begins with it. */
const deleteIfSame = `
if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0`;

/** Takes a lock. One that would last for longer than any is given is garbage: it goes away as if it were a lock. */
const take = `
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
local left = redis.call('PTTL', KEYS[1])
if left < 0 or left > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;

/** Minted tokens in Redis: names are HMACs, values are sealed for their name and their `iat`. */
export function redisSharedCache({
  link,
  keyedHash,
  encryption,
  prefix,
  maxAge,
  now,
}: RedisSharedCacheOptions): SharedCache {
  const tokenAt = (key: string) => `${prefix}token:${keyedHash.name('token', key)}`;
  const lockAt = (key: string) => `${prefix}lock:${keyedHash.name('token', key)}`;

  function open(place: string, value: string): string | undefined {
    const at = value.indexOf('|');
    return at < 0 || value.length > longestValue
      ? undefined
      : encryption.decrypt(value.slice(at + 1), `${place} ${value.slice(0, at)}`);
  }

  return {
    async read(key) {
      const place = tokenAt(key);
      const value = await link
        .call((redis) => redis.getrangeBuffer(place, 0, longestValue))
        .catch(async (error: unknown) => {
          // Something else than a text is there: it would stand in the way for ever.
          if (isWrongType(error)) await link.call((redis) => redis.unlink(place));
          throw error;
        });
      if (value.length === 0) return undefined;
      const jwt = open(place, value.toString('latin1'));
      if (jwt !== undefined) return { jwt };
      await link.call((redis) => redis.eval(deleteIfSame, 1, place, value));
      return undefined;
    },
    async write(key, { jwt, issuedAt, expiresAt }) {
      const place = tokenAt(key);
      const left = Math.floor(Math.min(expiresAt, issuedAt + maxAge) * 1000 - now());
      if (left <= 0) return;
      const value = `${issuedAt}|${encryption.encrypt(jwt, `${place} ${issuedAt}`)}`;
      await link.call((redis) => redis.eval(setIfNewer, 1, place, String(issuedAt), value, String(left)));
    },
    async drop(key) {
      await link.call((redis) => redis.unlink(tokenAt(key)));
    },
    async lock(key) {
      const place = lockAt(key);
      const owner = randomUUID();
      const taken = await link.call((redis) => redis.eval(take, 1, place, owner, String(lockFor)));
      if (taken !== 1) return undefined;
      return async () => {
        await link.call((redis) => redis.eval(deleteIfSame, 1, place, owner));
      };
    },
  };
}

function isWrongType(error: unknown): boolean {
  return error instanceof ReplyError && /^WRONGTYPE/.test((error as Error).message);
}
