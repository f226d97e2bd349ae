// The mint engine alone, with a growing number of held tokens: memory per entry, and time per cache hit.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Caller, callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createLogger } from '../../src/logging/node-logger.ts';
import { createAuditor } from '../../src/mint/audit.ts';
import { createMintEngine, type MintEngine } from '../../src/mint/mint-engine.ts';
import { createPolicies } from '../../src/mint/policy.ts';
import { createRevocations } from '../../src/revocation/revocations.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { answerMeasurer } from './answer.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
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

function startEngine(cacheSize: number): MintEngine {
  const keyedHash = createKeyedHash('a long secret for this benchmark only');
  const { name: nameOf, sign } = keyedHash;
  return createMintEngine({
    sessions: { getToken: async (id: string) => ({ jwt: tokenOf(id.replace('sess', 'user')) }) as never },
    policies: createPolicies(resolveTemplates({ bench: { maxCacheAge: 3_600 } })),
    revocations: createRevocations({ nameOf, sign, keepFor: 600_000, now, monotonicNow }),
    revoke: async () => {},
    shared: undefined,
    digest: nodeRuntime.digest,
    auditor: createAuditor({ audit: () => {}, hmac: keyedHash.fingerprint, log }),
    onKeyVerdict: () => {},
    log,
    now,
    random: () => 0,
    limits: {
      ...{ deadline: 3_000, cacheSize, maxStaleAge: 3_600, fingerprintIgnore: [] },
      ...{ mintBudget: 1e9, mintBudgetShare: 1, userMintShare: 1, sessionMintLimit: 1e9 },
    },
  });
}

/** Returns the memory in use after a garbage collection, in bytes. */
async function usedMemory(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const handlers = answerMeasurer('', {
  /** Fills a cache and looks up random entries. @param hits - the number of lookups to measure */
  async grow(entries: number, hits: number) {
    const { mintToken, stats } = startEngine(entries);
    const wish = { template: 'bench', mode: 'cached', onMint: () => {} } as const;
    const before = await usedMemory();
    let length = 0;
    for (let at = 0; at < entries; at += 1) {
      const { jwt } = await mintToken({ ...wish, caller: callerOf(at), startedAt: monotonicNow() });
      length += jwt.length;
    }
    const bytes = (await usedMemory()) - before;
    // The callers are created before the measurement, which does not include verification.
    const callers = Array.from({ length: hits }, () => callerOf(Math.floor(Math.random() * entries)));
    const requestOne = async () => {
      const began = monotonicNow();
      for (const caller of callers) await mintToken({ ...wish, caller, startedAt: began });
      return ((monotonicNow() - began) * 1_000) / hits;
    };
    await requestOne();
    const microseconds = Math.min(await requestOne(), await requestOne(), await requestOne());
    return {
      microseconds,
      ...{ held: stats().held, perEntry: bytes / entries, token: length / entries },
    };
  },
});

export type GrowthServer = typeof handlers;
