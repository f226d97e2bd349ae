import { type Caller, callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { type AuditEvent, createAuditor } from '../../src/mint/audit.ts';
import { createMintEngine, type MintLimits, type SharedMinting } from '../../src/mint/mint-engine.ts';
import type { MintedToken } from '../../src/mint/minted-token.ts';
import { createPolicies, type Templates } from '../../src/mint/policy.ts';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import type { StreamEnd } from '../../src/subscription/token-stream.ts';
import { createTokenStreams } from '../../src/subscription/token-streams.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { claimCanaries } from '../leaks/forbidden.ts';
import { watchText } from '../leaks/watch.ts';
import { nowSeconds, sessionClaims } from './tokens.ts';

/** Clerk as the mint engine sees it: one function. */
export interface FakeClerk {
  /** How many calls came in. */
  calls: number;
  /** Answers a call. @default a token of `tokenOf` for the session's user, after `latency` */
  answer: (call: MintCall) => unknown;
  /** Milliseconds before the default answer. @default 0 */
  latency: number;
  /** Claims of tokens that are minted by default, beside `sub`, `iat`, `exp` and `jti`. */
  claims: Record<string, unknown>;
  /** Seconds that a token lives which is minted without a lifetime. @default 60 */
  life: number;
}

/** What a call to Clerk asks for. */
export interface MintCall {
  sessionId: string;
  template: string;
  lifetime: number | undefined;
  /** Counts from 1. */
  number: number;
}

/** What a test may say about its engine. */
export interface EngineOptions extends Partial<MintLimits> {
  templates?: Templates;
  shared?: SharedMinting;
  /** Takes revocations back everywhere. @default in this engine */
  revoke?: (list: readonly Revocation[]) => Promise<void>;
  /** Most subscriptions, in total and of one session. @default 10000, 20 */
  subscriptions?: { limit: number; sessionLimit: number };
  /** 0 renews at 0.75 of the usable age, 1 at 0.65. @default 0 */
  ahead?: number;
}

/** A caller with a session token of this moment. */
export function aCaller(claims: Record<string, unknown> = {}): Caller {
  return callerFromClaims(sessionClaims(claims) as SessionClaims);
}

/** The user of a session: `user_ada` for `sess_ada`, and for `sess_ada-2`. */
export const userOf = (sessionId: string) => sessionId.replace(/^sess_/, 'user_').replace(/-\d+$/, '');

/** A token as a template makes them, not signed by anybody. */
export function tokenOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.${part('unsigned')}`;
}

/** The mint engine alone, before a Clerk that is a function: for tests with a faked clock. */
export function startEngine(options: EngineOptions = {}) {
  const { templates = ['hasura', 'nhost'], shared, ahead = 0, revoke, subscriptions, ...limits } = options;
  const now = () => Date.now();
  const clerk: FakeClerk = {
    calls: 0,
    latency: 0,
    claims: {},
    life: 60,
    answer: async ({ sessionId, lifetime, number }) => {
      const iat = nowSeconds();
      const exp = iat + (lifetime ?? clerk.life);
      const canary = claimCanaries.minted;
      const claims = { sub: userOf(sessionId), iat, exp, jti: `jti-${number}`, canary, ...clerk.claims };
      if (clerk.latency > 0) await new Promise((resolve) => setTimeout(resolve, clerk.latency));
      return { jwt: tokenOf(claims) };
    },
  };
  const audited: AuditEvent[] = [];
  const audit = (event: AuditEvent) => {
    watchText('audit record', JSON.stringify(event));
    audited.push(event);
  };
  const logged: { level: string; line: unknown[] }[] = [];
  const write =
    (level: string) =>
    (...line: unknown[]) => {
      watchText('log line', JSON.stringify(line));
      logged.push({ level, line });
    };
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const keyedHash = createKeyedHash('a secret of this test alone, long enough');
  const revocations = createRevocations({
    nameOf: keyedHash.name,
    sign: keyedHash.sign,
    keepFor: 610_000,
    now,
    monotonicNow,
  });
  const engine = createMintEngine({
    sessions: {
      getToken: async (sessionId: string, template?: string, lifetime?: number) => {
        clerk.calls += 1;
        const call = { sessionId, template: template ?? '', lifetime, number: clerk.calls };
        return (await clerk.answer(call)) as never;
      },
    },
    policies: createPolicies(resolveTemplates(templates)),
    revocations,
    revoke: revoke ?? (async (list) => void revocations.learn(list)),
    shared,
    auditor: createAuditor({ audit, hmac: keyedHash.fingerprint, log }),
    digest: nodeRuntime.digest,
    onKeyVerdict: () => {},
    log,
    now,
    random: () => ahead,
    limits: {
      deadline: 3_000,
      cacheSize: 50_000,
      maxStaleAge: 300,
      fingerprintIgnore: [],
      mintBudget: 100_000,
      mintBudgetShare: 1,
      userMintShare: 0.25,
      sessionMintLimit: 100_000,
      ...limits,
    },
  });
  const streams = createTokenStreams({
    ...(subscriptions ?? { limit: 10_000, sessionLimit: 20 }),
    ...{ engine, revocations, now, monotonicNow },
  });
  const streamEnds: StreamEnd[] = [];
  return {
    streams,
    /** How the streams ended that have. */
    streamEnds,
    /** Opens a stream of tokens; rejects with the error that the caller would see. */
    subscribe: (caller: Caller, { template = 'hasura', signal = new AbortController().signal } = {}) =>
      streams.open({
        ...{ caller, template, signal, began: monotonicNow(), onMint: () => {} },
        onEnd: (end) => void streamEnds.push(end),
      }),
    clerk,
    audited,
    logged,
    revocations,
    keyedHash,
    stats: engine.stats,
    onThrottled: engine.onThrottled,
    revoke: (revocation: Revocation) => void revocations.learn([revocation]),
    /** Asks for a token; rejects with the error that the caller would see. */
    ask: (caller: Caller, { template = 'hasura', fresh = false } = {}): Promise<MintedToken> =>
      engine.mintToken({ caller, template, fresh, began: monotonicNow(), onMint: () => {} }),
    /** Asks, and gives the code of the error where there is one. */
    code: async (caller: Caller, asking?: { template?: string; fresh?: boolean }): Promise<string> => {
      try {
        const wish = { caller, template: 'hasura', fresh: false, ...asking };
        await engine.mintToken({ ...wish, began: monotonicNow(), onMint: () => {} });
        return 'OK';
      } catch (error) {
        return String((error as { extensions?: { code?: unknown } }).extensions?.code);
      }
    },
  };
}
