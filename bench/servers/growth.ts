// The mint engine alone, with a growing number of held tokens: memory per entry, and time per cache hit.

import { type Caller, callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createLogger } from '../../src/logging/node-logger.ts';
import { createAuditor } from '../../src/mint/audit.ts';
import { createMintEngine, type MintEngine } from '../../src/mint/mint-engine.ts';
import { createPolicies } from '../../src/mint/policy.ts';
import { createRevocations } from '../../src/revocation/revocations.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { createReporter } from '../../src/telemetry/reporter.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { answerMeasurer } from './answer.ts';
import { usedMemory } from './memory.ts';

const log = createLogger({ level: 'silent' });
const now = Date.now;

/** A token like those of the template `hasura`, of about 700 characters. */
function tokenOf(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ sub, iat, exp: iat + 3_600, nbf: iat, jti: sub.padEnd(20, '0'), iss: 'https://clerk.example.com' },
    'https://hasura.io/jwt/claims': { 'x-hasura-default-role': 'user', 'x-hasura-user-id': sub },
  };
  return `${part({ alg: 'RS256', typ: 'JWT', kid: 'ins_1' })}.${part(claims)}.${part('s'.repeat(190))}`;
}

function callerOf(at: number): Caller {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sid: `sess_${at}`, sub: `user_${at}`, iat, exp: iat + 3_600, sts: 'active', v: 2 };
  return callerFromClaims(claims as unknown as SessionClaims);
}

const sessions = {
  getToken: async (id: string) => ({ jwt: tokenOf(id.replace('sess', 'user')) }),
};

function startEngine(cacheSize: number): MintEngine {
  const keys = [createKeyedHash('a long secret for this benchmark only')] as const;
  return createMintEngine({
    secretKeys: {
      call: async (attempt) => (await attempt({ text: '', client: { sessions } as never })).result,
    },
    acceptsCaller: () => true,
    policies: createPolicies(resolveTemplates({ bench: { maxCacheAge: 3_600 } })),
    revocations: createRevocations({ keyRing: () => keys, keepFor: () => 600_000, now, monotonicNow }),
    revoke: async () => {},
    shared: undefined,
    digest: nodeRuntime.digest,
    auditor: createAuditor({ audit: () => {}, hmac: keys[0].fingerprint, log }),
    log,
    reporter: createReporter(),
    now,
    random: () => 0,
    cacheSize,
    limits: () => ({
      ...{ deadline: 3_000, maxStaleAge: 3_600, fingerprintIgnore: [] },
      ...{ mintBudget: 1e9, mintBudgetShare: 1, userMintShare: 1, sessionMintLimit: 1e9 },
    }),
  });
}

let engine: MintEngine | undefined;
let callers: Caller[] = [];
const wish = { template: 'bench', mode: 'cached', onMint: () => {} } as const;

const handlers = answerMeasurer('', {
  /** Fills a cache. @param hits - the number of lookups that `hit` measures */
  async grow(entries: number, hits: number) {
    engine = startEngine(entries);
    const { mintToken, stats } = engine;
    const { heap } = await usedMemory();
    let length = 0;
    for (let at = 0; at < entries; at += 1) {
      const { jwt } = await mintToken({ ...wish, caller: callerOf(at), startedAt: monotonicNow() });
      length += jwt.length;
    }
    const bytes = (await usedMemory()).heap - heap;
    // The callers are created before the measurement, which does not include verification.
    callers = Array.from({ length: hits }, () => callerOf(Math.floor(Math.random() * entries)));
    return { held: stats().held, perEntry: bytes / entries, token: length / entries };
  },
  /** Looks up random entries. @returns the CPU time of one, in microseconds */
  async hit() {
    if (engine === undefined) throw new Error('expected a call of grow before');
    const startedAt = monotonicNow();
    const before = process.cpuUsage();
    for (const caller of callers) {
      const found = engine.findDeliverable({ ...wish, caller, startedAt });
      if (found === undefined) throw new Error('expected every token to be held');
      found.deliver();
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / callers.length;
  },
});

export type GrowthServer = typeof handlers;
