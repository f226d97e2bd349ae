import { LRUCache } from 'lru-cache';
import type { Digest } from '../crypto/digest.ts';
import type { Authenticate } from './authenticate.ts';
import type { Authenticated, Authentication } from './authentication.ts';
import type { Caller } from './caller.ts';
import { maxCredentialLength, readBearer, readCredentials } from './credentials.ts';
import { findTimeRefusal } from './session-claims.ts';

interface CallerCacheOptions {
  /** The maximum number of cached callers. The least recently used is evicted first. */
  max: number;
  digest: Digest;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The callers of session tokens that were verified before and are still valid. */
export interface CallerCache {
  /** Returns the outcome that was added under a key, or `undefined` also when the session token has expired. */
  find(key: string): Authenticated | undefined;
  add(key: string, outcome: Authenticated): void;
  digest: Digest;
}

/**
 * Creates an empty cache of callers by their credentials, each until its session token expires: a browser sends the same session token for
 * about a minute.
 */
export function createCallerCache({ max, digest, now }: CallerCacheOptions): CallerCache {
  // With `max` instead of `maxSize`, LRUCache allocates the memory of all entries when it is created.
  const callers = new LRUCache<string, Authenticated>({ maxSize: max, sizeCalculation: () => 1 });
  return {
    find(key) {
      const cached = callers.get(key);
      if (cached === undefined) return undefined;
      if (findTimeRefusal(cached.caller.claims, now() / 1000) === undefined) return cached;
      callers.delete(key);
      return undefined;
    },
    add: (key, outcome) => void callers.set(key, outcome),
    digest,
  };
}

/** Wraps an `authenticate` function, so that it caches callers. Refusals are not cached. */
export function cacheCallers(authenticate: Authenticate, cache: CallerCache): Authenticate {
  return async (request, hostContext) => {
    const key = cacheKey(request, cache);
    if (key === undefined) return authenticate(request, hostContext);
    const cached = cache.find(key);
    if (cached) return cached;
    const outcome = await authenticate(request, hostContext);
    if (outcome.kind === 'authenticated') cache.add(key, outcome);
    return outcome;
  };
}

/**
 * Returns the caller of an `Authorization` header.
 *
 * @returns `undefined` where the answer needs a wait, and for every header that is not accepted: only `Authenticate` refuses
 */
export type FindCaller = (authorization: string) => Caller | undefined;

/**
 * Creates a `FindCaller` that shares its cache with `cacheCallers`.
 *
 * @param verifyNow - verifies a Bearer token, or any other text, synchronously; returns `undefined` where it cannot
 */
export function createFindCaller(
  verifyNow: (token: string) => Authentication | undefined,
  cache: CallerCache,
): FindCaller {
  return (authorization) => {
    if (authorization.length > maxCredentialLength) return undefined;
    const key = authorizationKey(authorization, cache);
    const cached = cache.find(key);
    if (cached) return cached.caller;
    const token = isUsual(authorization)
      ? authorization.slice(usualScheme.length)
      : readBearer(authorization);
    const outcome = token === undefined ? undefined : verifyNow(token);
    if (outcome?.kind !== 'authenticated') return undefined;
    cache.add(key, outcome);
    return outcome.caller;
  };
}

/**
 * Returns the cache key of a request, or `undefined` without usable credentials. It is a digest, so that no session token stays in memory.
 * For cookies, the key includes the origin, because Clerk's verdict depends on it.
 */
function cacheKey({ headers, url }: Request, cache: CallerCache): string | undefined {
  const credentials = readCredentials(headers);
  switch (credentials.kind) {
    case 'bearer':
      return authorizationKey(headers.get('authorization') ?? '', cache);
    case 'cookies':
      return cache.digest(`cookies\n${new URL(url).origin}\n${credentials.cookie}`);
    default:
      return undefined;
  }
}

/**
 * Returns the cache key of an `Authorization` header with a Bearer token. The usual form needs no parsing, because only accepted headers are in
 * the cache. All other forms of a token have the key of the usual one, so that one token has one entry.
 */
function authorizationKey(authorization: string, { digest }: CallerCache): string {
  const usual = isUsual(authorization) ? authorization : usualScheme + readBearer(authorization);
  return digest(`authorization\n${usual}`);
}

const usualScheme = 'Bearer ';

/** Returns whether a header has the scheme in the usual form, before what may be a token. */
function isUsual(authorization: string): boolean {
  return authorization.startsWith(usualScheme) && authorization[usualScheme.length] !== ' ';
}
