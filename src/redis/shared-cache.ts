import { randomUUID } from 'node:crypto';
import type { Encryption } from '../crypto/encryption.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { SharedCache, SharedToken } from '../mint/cache/shared-cache.ts';
import type { RedisConnection } from './connection.ts';
import { isIoredisReplyError } from './ioredis.ts';

interface RedisSharedCacheOptions {
  connection: RedisConnection;
  keyedHash: Pick<KeyedHash, 'name'>;
  encryption: Encryption;
  /** The prefix of every key of this Clerk instance. */
  prefix: string;
  /** Returns the seconds after its `iat` in which an instance may return a token. */
  maxAge: () => number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long a lock lasts, in milliseconds. */
const lockMs = 3_000;

/** Longest value that is read, in bytes. A longer one is garbage, and its read would take too long. */
const maxValueBytes = 65_536;

/** Stores a value unless the stored one has a later `iat`, which stands before the first `|`. Overwrites values of another form or type. */
const setIfNewer = `
local there = redis.pcall('GETRANGE', KEYS[1], 0, 31)
if type(there) == 'string' then
  local issued = tonumber(string.match(there, '^(%d[%d.]*)|'))
  if issued and issued > tonumber(ARGV[1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** Deletes a key whose value still is, or begins with, the given one. */
const deleteIfSame = `
if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) end
return 0`;

/** Takes a lock. A stored lock with a longer lifetime is garbage: it gets the lifetime of a lock. */
const take = `
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
local left = redis.call('PTTL', KEYS[1])
if left < 0 or left > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0`;

/**
 * Creates the cache of minted tokens in Redis. The keys are pseudonyms; the values are encrypted, with their key and their `iat` as
 * additional data. Each method runs two commands at most, so it answers or rejects within 100 ms.
 */
export function createRedisSharedCache(options: RedisSharedCacheOptions): SharedCache {
  return {
    read: (key) => readToken(options, key),
    write: (key, token) => writeToken(options, key, token),
    drop: async (key) =>
      void (await options.connection.run((client) => client.unlink(tokenKey(options, key)))),
    lock: (key) => takeLock(options, key),
  };
}

function tokenKey({ prefix, keyedHash }: RedisSharedCacheOptions, key: string): string {
  return `${prefix}token:${keyedHash.name('token', key)}`;
}

function lockKey({ prefix, keyedHash }: RedisSharedCacheOptions, key: string): string {
  return `${prefix}lock:${keyedHash.name('token', key)}`;
}

async function readToken(options: RedisSharedCacheOptions, key: string): Promise<SharedToken | undefined> {
  const { connection, encryption } = options;
  const redisKey = tokenKey(options, key);
  const value = await connection
    .run((client) => client.getrangeBuffer(redisKey, 0, maxValueBytes))
    .catch(async (error: unknown) => {
      // A value of another type would stay there for ever.
      if (isWrongType(error)) await connection.run((client) => client.unlink(redisKey));
      throw error;
    });
  if (value.length === 0) return undefined;
  const jwt = decryptValue(encryption, redisKey, value.toString('latin1'));
  if (jwt !== undefined) return { jwt };
  await connection.run((client) => client.eval(deleteIfSame, 1, redisKey, value));
  return undefined;
}

function decryptValue(encryption: Encryption, redisKey: string, value: string): string | undefined {
  const separator = value.indexOf('|');
  if (separator < 0 || value.length > maxValueBytes) return undefined;
  return encryption.decrypt(value.slice(separator + 1), `${redisKey} ${value.slice(0, separator)}`);
}

async function writeToken(
  options: RedisSharedCacheOptions,
  key: string,
  { jwt, issuedAt, expiresAt }: Parameters<SharedCache['write']>[1],
): Promise<void> {
  const { connection, encryption, maxAge, now } = options;
  const redisKey = tokenKey(options, key);
  const lifeMs = Math.floor(Math.min(expiresAt, issuedAt + maxAge()) * 1000 - now());
  if (lifeMs <= 0) return;
  const value = `${issuedAt}|${encryption.encrypt(jwt, `${redisKey} ${issuedAt}`)}`;
  await connection.run((client) =>
    client.eval(setIfNewer, 1, redisKey, String(issuedAt), value, String(lifeMs)),
  );
}

async function takeLock(
  options: RedisSharedCacheOptions,
  key: string,
): Promise<(() => Promise<void>) | undefined> {
  const { connection } = options;
  const redisKey = lockKey(options, key);
  const owner = randomUUID();
  const taken = await connection.run((client) => client.eval(take, 1, redisKey, owner, String(lockMs)));
  if (taken !== 1) return undefined;
  return async () => {
    await connection.run((client) => client.eval(deleteIfSame, 1, redisKey, owner));
  };
}

function isWrongType(error: unknown): boolean {
  return isIoredisReplyError(error) && /^WRONGTYPE/.test(error.message);
}
