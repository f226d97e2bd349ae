/** A key or channel of the gateway in Redis. */
interface RedisKey {
  /** `<instance>` is the host of Clerk's Frontend API, `<name>` a keyed hash, `<hash>` a hash without a key, `<process>` a random id. */
  readonly form: string;
  readonly type: 'string' | 'hash' | 'sorted set' | 'channel';
  readonly life: string;
  readonly holds: string;
}

/** Every key and channel of the gateway in Redis. The table in docs/redis.md is generated from it. */
export const redisKeys: readonly RedisKey[] = [
  {
    form: 'mintgate:<instance>:token:<name>',
    type: 'string',
    life: 'to the `exp` of the token, but at most its `iat` and the longest `maxCacheAge` or `MINTGATE_MAX_STALE_AGE`',
    holds: 'a held token: its `iat`, and the encrypted token; one for each cache key',
  },
  {
    form: 'mintgate:<instance>:lock:<hash>',
    type: 'string',
    life: '3 s, or until the mint has ended',
    holds: 'the right of one instance to mint a token: a random id',
  },
  {
    form: 'mintgate:{<instance>}:budget:all',
    type: 'hash',
    life: '10.2 s after the last mint',
    holds: 'the budget of mints: counts by time',
  },
  {
    form: 'mintgate:{<instance>}:user-limit:<hash>',
    type: 'hash',
    life: '11 s after the last mint of the user',
    holds: 'mints of one user: counts by time',
  },
  {
    form: 'mintgate:{<instance>}:session-limit:<hash>',
    type: 'hash',
    life: '66 s after the last mint of the session',
    holds: 'mints of one session: counts by time',
  },
  {
    form: 'mintgate:{<instance>}:fresh-limit:<hash>',
    type: 'hash',
    life: '66 s after the last fresh token of the session',
    holds: 'fresh tokens of one session: counts by time',
  },
  {
    form: 'mintgate:<instance>:revocations',
    type: 'sorted set',
    life: 'the time for which a revocation counts, after the last one: the longest of `maxSessionTokenLifetime`, `maxCacheAge` and `MINTGATE_MAX_STALE_AGE`, and 10 s',
    holds: 'names of what is revoked, by time of arrival, and a random name of the set itself',
  },
  {
    form: 'mintgate:<instance>:revocation-texts',
    type: 'hash',
    life: 'as the set',
    holds: 'the signed text of each revocation; one for each cache key',
  },
  {
    form: 'mintgate:<instance>:throttled',
    type: 'string',
    life: 'until no instance has to wait for Clerk any more, at most 60 s',
    holds: 'that Clerk has answered 429',
  },
  {
    form: 'mintgate:<instance>:probe',
    type: 'string',
    life: 'deleted by the script that writes it',
    holds: 'a random id, to try whether Redis accepts writes; every 5 s',
  },
  {
    form: 'mintgate:<instance>:signals',
    type: 'channel',
    life: 'none',
    holds: 'revocations, and that Clerk throttles',
  },
  {
    form: 'mintgate:<instance>:probe:<process>',
    type: 'channel',
    life: 'none',
    holds: 'the messages of the probe of one process',
  },
];
