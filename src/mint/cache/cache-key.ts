import type { Caller } from '../../auth/caller.ts';
import type { Digest } from '../../crypto/digest.ts';

/** Session claims that differ between two session tokens of one unchanged session. */
const volatileClaims = ['iat', 'exp', 'nbf', 'jti', 'fva'];

/** Returns the cache key of a caller's token: requests with equal keys share one token. */
export type CacheKeyOf = (caller: Caller, template: string, lifetime: number | undefined) => string;

/**
 * Creates the function that makes cache keys from session, template, lifetime and a fingerprint of the other session claims. A switched
 * organization or a changed role therefore has another key.
 *
 * @param ignoredClaims - returns the session claims whose changes do not affect minted tokens: another list after a reload
 */
export function createCacheKeys(ignoredClaims: () => readonly string[], digest: Digest): CacheKeyOf {
  let latest: { readonly ignored: readonly string[]; readonly keyOf: CacheKeyOf } | undefined;
  return (caller, template, lifetime) => {
    const ignored = ignoredClaims();
    if (latest?.ignored !== ignored) latest = { ignored, keyOf: createKeysWithout(ignored, digest) };
    return latest.keyOf(caller, template, lifetime);
  };
}

function createKeysWithout(ignoredClaims: readonly string[], digest: Digest): CacheKeyOf {
  const excluded = new Set([...volatileClaims, ...ignoredClaims]);
  const known = new WeakMap<Caller, CallerPart>();
  const partOf = (caller: Caller): CallerPart => {
    const found = known.get(caller);
    if (found !== undefined) return found;
    const stable = Object.entries(caller.claims).filter(([claim]) => !excluded.has(claim));
    const fingerprint = digest(JSON.stringify(sortEntries(stable)));
    const part = { session: JSON.stringify(caller.sessionId), fingerprint: JSON.stringify(fingerprint) };
    known.set(caller, part);
    return part;
  };
  // A list in JSON, which quotes each part, so that two different lists never have the same text.
  return (caller, template, lifetime) => {
    const { session, fingerprint } = partOf(caller);
    return `[${session},${JSON.stringify(template)},${lifetime ?? null},${fingerprint}]`;
  };
}

/** The parts of a key that all templates of a caller share, as JSON. */
interface CallerPart {
  readonly session: string;
  readonly fingerprint: string;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function sortEntries(entries: readonly [string, unknown][]): unknown {
  return Object.fromEntries(entries.toSorted(byName).map(([name, value]) => [name, sortKeys(value)]));
}

/** Sorts the keys of objects at every depth. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  return typeof value === 'object' && value !== null ? sortEntries(Object.entries(value)) : value;
}
