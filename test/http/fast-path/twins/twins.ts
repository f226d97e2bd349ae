import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { createGateway as createEdgeGateway } from '../../../../src/edge.ts';
import { type AuditEvent, createGateway, type Gateway, type GatewayOptions } from '../../../../src/index.ts';
import { watchText } from '../../../leaks/watch.ts';
import { newSigningSecret } from '../../../support/clerk-events.ts';
import { type ScriptedClerk, startScriptedClerk } from '../../../support/scripted-clerk.ts';
import { createForge, type Forge } from '../../../support/tokens.ts';
import { createWireClient, type WireClient } from '../../../support/wire-client.ts';

/** The `kid` of the key of session tokens. */
export const kid = 'ins_twins';

/** One of two gateways with equal options, of which one has no fast path. */
export interface Twin {
  /** Another one for each gateway, so that Clerk tells their calls apart. */
  secretKey: string;
  readonly client: WireClient;
  gateway: Gateway;
  /** The log lines since they were last taken: level, fields, message. */
  logged: unknown[][];
  /** The audit events since they were last taken. */
  audited: AuditEvent[];
  /** Replaces the listener in front of the gateway; `undefined` for the gateway itself. */
  listener: ((gateway: Gateway) => RequestListener) | undefined;
  port: number;
}

/** The kind of both gateways. */
export interface TwinKind {
  /** Whether they fetch the keys of session tokens. @default false */
  fetchesKeys?: boolean;
  /** Whether they are those of runtimes without Node.js, which have no listener. @default false */
  isEdge?: boolean;
}

/** Two gateways with equal options and equal states: the first with a fast path, the second without. */
export interface Twins {
  readonly clerk: ScriptedClerk;
  readonly forge: Forge;
  readonly webhookSecret: string;
  readonly both: readonly [Twin, Twin];
  /** Replaces both gateways by new ones, at the time of the start. */
  restart(options?: Partial<GatewayOptions>, kind?: TwinKind): Promise<void>;
  close(): Promise<void>;
}

/** The time at which gateways start, in milliseconds since the epoch. */
export const startTime = Date.UTC(2026, 2, 1, 12);

/** Starts the servers of two gateways. Fakes the clock, `fetch` and randomness until `close`. */
export async function startTwins(): Promise<Twins> {
  // The timers stay real, because sockets need them: only the pause before a retry is cut short.
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: startTime });
  const { setTimeout } = globalThis;
  vi.stubGlobal(
    'setTimeout',
    Object.assign((run: () => void, ms?: number) => setTimeout(run, ms === 100 ? 0 : ms), setTimeout),
  );
  // The time of a renewal is drawn at random.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const forge = createForge();
  const clerk = startScriptedClerk(forge, kid);
  const both = [await startTwin(), await startTwin()] as const;
  const webhookSecret = newSigningSecret();
  let started = 0;
  return {
    ...{ clerk, forge, webhookSecret, both: both.map(({ twin }) => twin) as unknown as [Twin, Twin] },
    async restart(options = {}, { fetchesKeys = false, isEdge = false } = {}) {
      const jwtKey = fetchesKeys ? {} : { jwtKey: forge.pem };
      const create = isEdge ? createEdgeGateway : createGateway;
      vi.setSystemTime(startTime);
      clerk.state = 'healthy';
      for (const [at, { twin }] of both.entries()) {
        started += 1;
        await twin.gateway?.dispose();
        Object.assign(twin, {
          secretKey: `sk_test_${started}`,
          logged: [],
          audited: [],
          listener: undefined,
        });
        const gateway = create({
          ...baseOptions(clerk, twin),
          webhookSigningSecret: webhookSecret,
          ...jwtKey,
          ...options,
          fastPath: at === 0,
        });
        twin.gateway = gateway as Gateway;
      }
    },
    async close() {
      for (const { twin, close } of both) {
        await twin.gateway?.dispose();
        close();
      }
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
      vi.useRealTimers();
    },
  };
}

async function startTwin() {
  const server = createServer((request, response) => {
    const { gateway, listener } = twin;
    return (listener?.(gateway) ?? gateway)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const twin = {
    ...{ secretKey: '', client: createWireClient(port), port },
    ...{ logged: [], audited: [], listener: undefined },
  } as unknown as Twin;
  const close = () => {
    twin.client.close();
    server.closeAllConnections();
    server.close();
  };
  return { twin, close };
}

function baseOptions(clerk: ScriptedClerk, twin: Twin): GatewayOptions {
  const write =
    (level: string) =>
    (...line: unknown[]) => {
      watchText('log line', JSON.stringify(line));
      twin.logged.push([level, ...line]);
    };
  return {
    secretKey: twin.secretKey,
    publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
    // Both gateways name tokens alike.
    cacheKey: 'a long secret for these tests only',
    apiUrl: clerk.apiUrl,
    authorizedParties: 'any',
    corsOrigins: ['https://app.example.com', 'capacitor://localhost'],
    templates: {
      ...{ hasura: {}, short: {}, wide: {}, fraction: {}, large: {}, ghost: {}, eternal: {} },
      long: { maxLifetime: 315_360_000 },
      uncached: { cache: false },
      guarded: { allow: ({ userId }) => userId === 'user_ada' },
      reports: {
        requires: { role: 'org:admin' },
        organizationClaim: 'organization_id',
        allowImpersonated: true,
      },
    },
    ...{ mintBudget: 10_000, mintBudgetShare: 1, sessionMintLimit: 10_000, now: () => Date.now() },
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    audit(event) {
      watchText('audit record', JSON.stringify(event));
      twin.audited.push(event);
    },
  };
}

/** Waits until both gateways have ended their work in the background. */
export async function settle({ both, clerk }: Twins): Promise<void> {
  const mayRetry = clerk.state === 'broken' || clerk.state === 'unreachable';
  let before = '';
  for (let calm = 0, turns = 0; calm < 3 && turns < 400; turns += 1) {
    await (mayRetry || turns > 30 ? pause(3) : new Promise(setImmediate));
    const state = both.map(({ gateway, secretKey, logged, audited }) => [
      gateway.stats().mints - clerk.answered(secretKey),
      ...[logged.length, audited.length],
    ]);
    const now = JSON.stringify(state);
    const [one, other] = state.map((counts) => JSON.stringify(counts));
    const isCalm = now === before && state.every(([open]) => open === 0) && (one === other || turns > 300);
    calm = isCalm ? calm + 1 : 0;
    before = now;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Takes what a gateway has reported since the last call, without durations, and its statistics, without the requests by way. */
export function takeReports(twin: Twin) {
  const { logged, audited } = twin;
  Object.assign(twin, { logged: [], audited: [] });
  const { requests, ...stats } = twin.gateway.stats();
  const lines = logged.map((line) => line.map(withoutDuration));
  const isOfRequest = (line: unknown[]) => ['graphql', 'request'].includes(line.at(-1) as string);
  return {
    logged: lines.filter(isOfRequest),
    audited: audited.filter(({ background }) => !background),
    // Work in the background may end before or after its request.
    background: [lines.filter((line) => !isOfRequest(line)), audited.filter(({ background }) => background)],
    stats: { ...stats, requests: requests.fastPath + requests.yoga },
  };
}

function withoutDuration(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('durationMs' in part)) return part;
  return { ...part, durationMs: typeof part.durationMs };
}
