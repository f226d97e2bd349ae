import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Encryption } from '../crypto/encryption.ts';
import type { KeyList } from '../crypto/key-ring.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { SharedCache, SharedToken } from '../mint/cache/shared-cache.ts';
import type { RedisConnection } from './connection.ts';
import { isIoredisReplyError } from './ioredis.ts';

/** A key of tokens: it names and encrypts them. */
type TokenKey = Pick<KeyedHash, 'name'> & Encryption;

interface RedisSharedCacheOptions {
  connection: RedisConnection;
  /** Returns the keys, the newest first. Call it at each use: the list may be replaced by another one. */
  keyRing: () => KeyList<TokenKey>;
  /** Returns the name of the lock of a cache key, the same in every instance. */
  lockName: (key: string) => string;
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

/** Deletes a key of another type than a string. */
const deleteUnlessText = `
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then return redis.call('UNLINK', KEYS[1]) end
return 0`;

/**
 * Creates the cache of minted tokens in Redis. The names are pseudonyms; the values are encrypted, with their name and their `iat` as
 * additional data. While several keys overlap, a token is stored under each of them, and the newest one is read: an instance that has only
 * one of the keys finds it. Each command has one name, so that no two names must be on one node. Each method sends its commands together,
 * at most twice, so it answers or rejects within 100 ms.
 */
export function createRedisSharedCache(options: RedisSharedCacheOptions): SharedCache {
  return {
    read: (key) => readToken(options, key),
    write: (key, token) => writeToken(options, key, token),
    drop: (key) => forEachSlot(options, slotsOf(options, key), (client, { name }) => client.unlink(name)),
    lock: (key) => takeLock(options, key),
  };
}

/** A token is stored in one slot per key. */
interface Slot {
  readonly name: string;
  readonly key: TokenKey;
}

function slotsOf({ prefix, keyRing }: RedisSharedCacheOptions, cacheKey: string): Slot[] {
  return keyRing().map((key) => ({ name: `${prefix}token:${key.name('token', cacheKey)}`, key }));
}

/** Sends one command for each slot, all at once. */
async function forEachSlot<P extends Slot>(
  { connection }: RedisSharedCacheOptions,
  slots: readonly P[],
  command: (client: Redis, slot: P) => Promise<unknown>,
): Promise<void> {
  if (slots.length === 0) return;
  await connection.run((client) => Promise.all(slots.map((slot) => command(client, slot))));
}

async function readToken(options: RedisSharedCacheOptions, key: string): Promise<SharedToken | undefined> {
  const slots = slotsOf(options, key);
  const values = await readValues(options, slots);
  const found = slots.map((slot, index) => ({ ...slot, value: values[index] ?? nothing }));
  const tokens = found.map(({ name, key, value }) => decryptValue(key, name, value.toString('latin1')));
  const garbage = found.filter(({ value }, index) => value.length > 0 && tokens[index] === undefined);
  await forEachSlot(options, garbage, (client, { name, value }) => client.eval(deleteIfSame, 1, name, value));
  return newestOf(tokens);
}

const nothing = Buffer.alloc(0);

async function readValues(options: RedisSharedCacheOptions, slots: readonly Slot[]): Promise<Buffer[]> {
  const { connection } = options;
  try {
    return await connection.run((client) =>
      Promise.all(slots.map(({ name }) => client.getrangeBuffer(name, 0, maxValueBytes))),
    );
  } catch (error) {
    // A value of another type would stay there for ever.
    if (isWrongType(error)) {
      await forEachSlot(options, slots, (client, { name }) => client.eval(deleteUnlessText, 1, name));
    }
    throw error;
  }
}

/** A token of Redis, with its `iat` in seconds since the epoch. */
interface DecryptedToken extends SharedToken {
  readonly issuedAt: number;
}

function decryptValue(
  { decrypt }: Pick<Encryption, 'decrypt'>,
  name: string,
  value: string,
): DecryptedToken | undefined {
  const separator = value.indexOf('|');
  if (separator < 0 || value.length > maxValueBytes) return undefined;
  const issuedAt = value.slice(0, separator);
  const jwt = decrypt(value.slice(separator + 1), `${name} ${issuedAt}`);
  return jwt === undefined ? undefined : { jwt, issuedAt: Number(issuedAt) };
}

/** Returns the token with the latest `iat`; of equal ones, the first. */
function newestOf(tokens: readonly (DecryptedToken | undefined)[]): SharedToken | undefined {
  let newest: DecryptedToken | undefined;
  for (const token of tokens) {
    if (token && (newest === undefined || token.issuedAt > newest.issuedAt)) newest = token;
  }
  return newest && { jwt: newest.jwt };
}

async function writeToken(
  options: RedisSharedCacheOptions,
  key: string,
  { jwt, issuedAt, expiresAt }: Parameters<SharedCache['write']>[1],
): Promise<void> {
  const { maxAge, now } = options;
  const lifeMs = Math.floor(Math.min(expiresAt, issuedAt + maxAge()) * 1000 - now());
  if (lifeMs <= 0) return;
  await forEachSlot(options, slotsOf(options, key), (client, { name, key: { encrypt } }) => {
    const value = `${issuedAt}|${encrypt(jwt, `${name} ${issuedAt}`)}`;
    return client.eval(setIfNewer, 1, name, String(issuedAt), value, String(lifeMs));
  });
}

async function takeLock(
  options: RedisSharedCacheOptions,
  key: string,
): Promise<(() => Promise<void>) | undefined> {
  const { connection, prefix, lockName } = options;
  const redisKey = `${prefix}lock:${lockName(key)}`;
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
