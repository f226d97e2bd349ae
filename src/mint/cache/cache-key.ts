import type { Caller } from '../../auth/caller.ts';
import type { Digest } from '../../crypto/digest.ts';

/** Claims that differ between two session tokens of one session though nothing about it has changed. */
const volatileClaims = ['iat', 'exp', 'nbf', 'jti', 'fva'];

/** Names the token that a caller gets of a template: the same text means that one token serves both. */
export type CacheKeyOf = (caller: Caller, template: string, lifetime: number | undefined) => string;

/**
 * Keys are made of session, template, lifetime, and a fingerprint of everything else that the session token says, so that
 * a switched organization or a changed role has a key of its own.
 *
 * @param ignored - claims that change without meaning anything for a minted token
 */
export function cacheKeys(ignored: readonly string[], digest: Digest): CacheKeyOf {
  const left = new Set([...volatileClaims, ...ignored]);
  const fingerprints = new WeakMap<Caller, string>();
  const fingerprint = (caller: Caller) => {
    const known = fingerprints.get(caller);
    if (known !== undefined) return known;
    const stable = Object.entries(caller.claims).filter(([claim]) => !left.has(claim));
    const made = digest(JSON.stringify(sorted(stable)));
    fingerprints.set(caller, made);
    return made;
  };
  // JSON quotes its parts, so that no two lists of parts have the same text.
  return (caller, template, lifetime) =>
    JSON.stringify([caller.sessionId, template, lifetime ?? null, fingerprint(caller)]);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function sorted(entries: readonly [string, unknown][]): unknown {
  return Object.fromEntries(entries.toSorted(byName).map(([name, value]) => [name, canonical(value)]));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  return typeof value === 'object' && value !== null ? sorted(Object.entries(value)) : value;
}
