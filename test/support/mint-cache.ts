import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createCacheKeys } from '../../src/mint/cache/cache-key.ts';
import { createDiscardedTokens } from '../../src/mint/cache/discarded-tokens.ts';
import { createMemoryStore } from '../../src/mint/cache/memory-store.ts';
import { createNegativeCache } from '../../src/mint/cache/negative-cache.ts';
import { noSharedLayer } from '../../src/mint/cache/shared-cache.ts';
import type { TokenCache } from '../../src/mint/cache/token-cache.ts';
import type { TokenResult } from '../../src/mint/mint-result.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';
import { createPolicies, type TemplatePolicy } from '../../src/mint/policy.ts';
import { createCounters } from '../../src/mint/stats.ts';
import type { AuthorizedRequest } from '../../src/mint/token-request.ts';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { aCaller } from './engine.ts';

/** Creates a token of `user_ada`, issued at second 1000 of the test's clock and valid for 60 s. */
export function aToken(differences: Partial<MintedToken> = {}): MintedToken {
  const claims = { sub: 'user_ada', iat: 1_000, exp: 1_060 };
  return { jwt: 'a.b.c', claims, issuedAt: 1_000, expiresAt: 1_060, ...differences };
}

/** Creates a request of `aCaller`, with the policy of its template. */
export function aRequest(
  differences: Partial<AuthorizedRequest> = {},
  templatePolicy: TemplatePolicy = {},
): AuthorizedRequest {
  const policy = createPolicies(resolveTemplates({ hasura: templatePolicy }))('hasura');
  if (policy === undefined) throw new Error('expected a policy');
  return {
    ...{ caller: aCaller(), template: 'hasura', mode: 'cached', startedAt: 0, onMint: () => {}, policy },
    ...differences,
  };
}

/** Creates an event that drops or refuses the session of `aCaller`. @param at - seconds since the epoch */
export function anEvent(effect: Revocation['effect'], at: number): Revocation {
  return { effect, target: 'session', id: 'sess_ada', at };
}

/** Returns the result of a successful mint. */
export const minted = (token = aToken()): TokenResult => ({ kind: 'token', token, source: 'clerk' });

/** Creates a token cache of real parts. The test controls Clerk, the clocks and the listeners. */
export function startCache(parts: Partial<TokenCache> = {}) {
  const clock = { ms: 0, seconds: 1_000 };
  const now = () => clock.seconds * 1_000;
  const monotonicNow = () => clock.ms;
  const keys = [createKeyedHash('a long secret for this test only')] as const;
  const seen = {
    calls: 0,
    ended: [] as string[],
    background: [] as MintedToken[],
    logged: [] as unknown[][],
  };
  const noClaims: readonly string[] = [];
  const cache: TokenCache = {
    memory: createMemoryStore(100),
    shared: noSharedLayer,
    flights: new Map(),
    negative: createNegativeCache(monotonicNow),
    discarded: createDiscardedTokens(monotonicNow),
    revocations: createRevocations({ keyRing: () => keys, keepFor: () => 610_000, now, monotonicNow }),
    keyOf: createCacheKeys(() => noClaims, nodeRuntime.digest),
    guardedMint: async ({ onMint }) => {
      onMint();
      seen.calls += 1;
      return minted();
    },
    forceLimit: { take: async () => ({ kind: 'taken' }) },
    counters: createCounters(),
    settings: () => ({ deadline: 3_000, maxStaleAge: 300, jitter: 0 }),
    onSessionEnded: (id) => void seen.ended.push(id),
    onMintedInBackground: (_subject, token) => void seen.background.push(token),
    log: { error: (...line: unknown[]) => void seen.logged.push(line) },
    ...{ reporter: createReporter(), now, monotonicNow },
    oldestIssuedAt: Number.NEGATIVE_INFINITY,
    suspicionLoggedAt: Number.NEGATIVE_INFINITY,
    ...parts,
  };
  return { cache, clock, seen };
}
