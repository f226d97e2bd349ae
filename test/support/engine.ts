import type { ClerkClient } from '@clerk/backend';
import { type Caller, callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import type { SecretKeys } from '../../src/clerk/secret-keys.ts';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { type AuditEvent, createAuditor } from '../../src/mint/audit.ts';
import { createMintEngine, type MintLimits, type SharedMinting } from '../../src/mint/mint-engine.ts';
import { createPolicies, type Templates } from '../../src/mint/policy.ts';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import type { SlotLimits } from '../../src/subscription/slots.ts';
import type { StreamEnd } from '../../src/subscription/token-stream.ts';
import { createTokenStreams } from '../../src/subscription/token-streams.ts';
import { createReporter, type Reporter } from '../../src/telemetry/reporter.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { claimCanaries } from '../leaks/forbidden.ts';
import { watchText } from '../leaks/watch.ts';
import { nowSeconds, sessionClaims } from './tokens.ts';

/** A fake of Clerk that answers `sessions.getToken`. */
export interface FakeClerk {
  /** Calls so far. */
  calls: number;
  /** Answers a call. @default a token of `tokenOf` for the session's user, after `latency` */
  answer: (call: MintCall) => unknown;
  /** Milliseconds before the default answer. @default 0 */
  latency: number;
  /** Claims of the default answer, beside `sub`, `iat`, `exp` and `jti`. */
  claims: Record<string, unknown>;
  /** The lifetime of tokens for which no lifetime is requested, in seconds. @default 60 */
  life: number;
}

/** One call to Clerk. */
export interface MintCall {
  sessionId: string;
  template: string;
  lifetime: number | undefined;
  /** The number of the call, from 1. */
  number: number;
}

/** The options of a test engine. */
export interface EngineOptions extends Partial<MintLimits> {
  templates?: Templates;
  shared?: SharedMinting;
  /** Records revocations in every instance. @default in this engine */
  revoke?: (list: readonly Revocation[]) => Promise<void>;
  /** The largest number of subscriptions. @default 10000 in total, 20 per session */
  subscriptions?: SlotLimits;
  /** Maximum number of tokens in memory. @default 50000 */
  cacheSize?: number;
  /** The jitter of the soft point: 0 renews at 0.75 of the usable age, 1 at 0.65. @default 0 */
  jitter?: number;
  /** @default one that reports to nobody */
  reporter?: Reporter;
}

/** A token request of a test. */
export interface EngineRequest {
  /** @default 'hasura' */
  template?: string;
  /** @default 'cached' */
  mode?: 'cached' | 'force';
}

/** Creates a caller with a session token that is issued now. */
export function aCaller(claims: Record<string, unknown> = {}): Caller {
  return callerFromClaims(sessionClaims(claims) as SessionClaims);
}

/** Returns the user of a session: `user_ada` for `sess_ada`, and for `sess_ada-2`. */
export const userOf = (sessionId: string) => sessionId.replace(/^sess_/, 'user_').replace(/-\d+$/, '');

/** Returns a template token without a valid signature. */
export function tokenOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.${part('unsigned')}`;
}

/** Creates a Clerk that mints a token for every call. */
function createFakeClerk(): FakeClerk {
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
  return clerk;
}

/** Secret keys with one entry, whose client has these sessions. */
function oneKey(sessions: Pick<ClerkClient['sessions'], 'getToken'>): Pick<SecretKeys, 'call'> {
  const key = { text: 'the key', client: { sessions } as ClerkClient };
  return { call: async (attempt) => (await attempt(key)).result };
}

/** Records audit events and log lines, and searches them for secrets. */
function createRecorder() {
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
  return { audited, audit, logged, log };
}

/** Starts the mint engine without HTTP, with a fake Clerk, for tests with a fake clock. */
export function startEngine(options: EngineOptions = {}) {
  const {
    templates = ['hasura', 'nhost'],
    shared,
    jitter = 0,
    revoke,
    subscriptions,
    cacheSize = 50_000,
    reporter,
    ...limits
  } = options;
  const present = {
    policies: createPolicies(resolveTemplates(templates)),
    acceptsCaller: (_: Caller) => true,
  };
  const now = () => Date.now();
  const clerk = createFakeClerk();
  const { audited, audit, logged, log } = createRecorder();
  const keys = [createKeyedHash('a long secret for this test only')] as const;
  const [keyedHash] = keys;
  const revocations = createRevocations({
    keyRing: () => keys,
    keepFor: () => 610_000,
    now,
    monotonicNow,
  });
  const presentLimits: MintLimits = {
    deadline: 3_000,
    maxStaleAge: 300,
    fingerprintIgnore: [],
    mintBudget: 100_000,
    mintBudgetShare: 1,
    userMintShare: 0.25,
    sessionMintLimit: 100_000,
    ...limits,
  };
  const engine = createMintEngine({
    secretKeys: oneKey({
      getToken: async (sessionId: string, template?: string, lifetime?: number) => {
        clerk.calls += 1;
        const call = { sessionId, template: template ?? '', lifetime, number: clerk.calls };
        return (await clerk.answer(call)) as never;
      },
    }),
    policies: (template) => present.policies(template),
    acceptsCaller: (caller) => present.acceptsCaller(caller),
    revocations,
    revoke: revoke ?? (async (list) => void revocations.learn(list)),
    shared,
    auditor: createAuditor({ audit, hmac: keyedHash.fingerprint, log }),
    digest: nodeRuntime.digest,
    ...{ log, reporter: reporter ?? createReporter() },
    now,
    random: () => jitter,
    cacheSize,
    limits: () => presentLimits,
  });
  const streams = createTokenStreams({
    limits: () => subscriptions ?? { total: 10_000, perSession: 20 },
    ...{ engine, revocations, now, monotonicNow },
  });
  const streamEnds: StreamEnd[] = [];
  /** Requests a token. Rejects with the error that the caller would get. */
  const ask = (caller: Caller, { template = 'hasura', mode = 'cached' }: EngineRequest = {}) =>
    engine.mintToken({ caller, template, mode, startedAt: monotonicNow(), onMint: () => {} });
  return {
    streams,
    /** The ends of the streams so far. */
    streamEnds,
    /** Opens a stream of tokens. Rejects with the error that the caller would get. */
    subscribe: (caller: Caller, { template = 'hasura', signal = new AbortController().signal } = {}) =>
      streams.open({
        ...{ caller, template, signal, startedAt: monotonicNow(), onMint: () => {} },
        onEnd: (end) => void streamEnds.push(end),
      }),
    /** Replaces policies and accepted callers, as a reload does. */
    reload(next: { templates?: Templates; acceptsCaller?: (caller: Caller) => boolean }) {
      present.policies = createPolicies(resolveTemplates(next.templates ?? templates));
      if (next.acceptsCaller) present.acceptsCaller = next.acceptsCaller;
      streams.recheck();
    },
    clerk,
    audited,
    logged,
    revocations,
    keyRing: () => keys,
    stats: engine.stats,
    onThrottled: engine.onThrottled,
    forgetFailures: engine.forgetFailures,
    revoke: (revocation: Revocation) => void revocations.learn([revocation]),
    ask,
    /** Requests a token. @returns the error code, or `OK` */
    code: async (caller: Caller, request?: EngineRequest): Promise<string> => {
      try {
        await ask(caller, request);
        return 'OK';
      } catch (error) {
        return String((error as { extensions?: { code?: unknown } }).extensions?.code);
      }
    },
  };
}
