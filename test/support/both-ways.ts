import { expect } from 'vitest';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/index.ts';
import type { LocalClerk } from '../../src/local-clerk/index.ts';

/** A request to the GraphQL endpoint, and the answer of the gateway under test. */
export interface Answered {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answerHeaders: Headers;
  readonly text: string;
}

/** A second gateway with the options of one under test, whose fast path knows each request before it is sent. */
export interface PrimedGateway {
  /**
   * Sends a request again, after an equal one of a caller that is accepted. What the fast path then answers must be the answer of the
   * gateway under test.
   *
   * @throws AssertionError for another answer
   */
  compare(answered: Answered): Promise<void>;
  /** The requests so far whose text and headers the fast path knew. */
  readonly known: number;
  /** The answers of the fast path so far that were compared. */
  readonly compared: number;
  dispose(): Promise<void>;
}

/** More requests of one gateway than these add nothing, and property tests send thousands. */
const maxCompared = 20;

/** Longest body that the fast path reads, in bytes. */
const maxLength = 8_192;

interface PrimedOptions {
  /** The Clerk whose session tokens are accepted. */
  clerk: LocalClerk;
  /** A Clerk of the same data that mints, so that the first one counts no call. */
  mintingClerk: LocalClerk;
  options: GatewayOptions;
  endpoint: string;
}

interface State extends PrimedOptions {
  readonly gateway: Gateway;
  readonly seen: Set<string>;
  known: number;
  compared: number;
}

/** Creates the second gateway. @returns `undefined` where the fast path has no part in the answers */
export function createPrimedGateway(primed: PrimedOptions): PrimedGateway | undefined {
  const { clerk, mintingClerk, options } = primed;
  const hasFastPath = options.fastPath !== false && !options.authenticate && options.jwtKey === clerk.jwtKey;
  // It does not get the revocations of the first gateway.
  if (!hasFastPath || options.webhookSigningSecret || options.redisUrl) return undefined;
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const gateway = createGateway({ ...options, apiUrl: mintingClerk.url, logger: silent, audit: () => {} });
  const state: State = { ...primed, gateway, seen: new Set(), known: 0, compared: 0 };
  return {
    compare: (answered) => compare(state, answered),
    get known() {
      return state.known;
    },
    get compared() {
      return state.compared;
    },
    dispose: () => gateway.dispose(),
  };
}

async function compare(state: State, answered: Answered): Promise<void> {
  const { body, headers } = answered;
  const key = JSON.stringify([body, headers]);
  if (headers.authorization === undefined || body.length > maxLength) return;
  if (state.seen.has(key) || state.seen.size >= maxCompared) return;
  state.seen.add(key);
  if (!(await prime(state, answered))) return;
  state.known += 1;
  // The first one may wait for a mint.
  for (let time = 0; time < 2; time += 1) {
    const again = await send(state, body, headers);
    if (!again.isFast) continue;
    state.compared += 1;
    expect(comparable(again), 'the fast path answers otherwise').toEqual(comparable(answered));
  }
}

/** Sends a request of an accepted caller until the fast path answers it. @returns whether it does */
async function prime(state: State, { body, headers }: Answered): Promise<boolean> {
  const { clerk, options } = state;
  const { authorizedParties = 'any' } = options;
  const azp = authorizedParties === 'any' ? undefined : authorizedParties[0];
  for (const session of ['sess_ada_acme', 'sess_ada']) {
    const token = await clerk.mintSessionToken(session, azp === undefined ? {} : { azp });
    for (let time = 0; time < 2; time += 1) {
      const { isFast } = await send(state, body, { ...headers, authorization: `Bearer ${token}` });
      if (isFast) return true;
    }
  }
  return false;
}

async function send({ gateway, endpoint }: State, body: string, headers: Record<string, string>) {
  const before = gateway.stats().requests.fastPath;
  const response = await gateway.fetch(new Request(endpoint, { method: 'POST', body, headers }));
  const text = await response.text();
  const isFast = gateway.stats().requests.fastPath > before;
  return { isFast, status: response.status, answerHeaders: response.headers, text };
}

/** Returns an answer without the values that differ from token to token. */
function comparable({ status, answerHeaders, text }: Pick<Answered, 'status' | 'answerHeaders' | 'text'>) {
  const headers = [...answerHeaders].filter(([name]) => name !== 'content-length').sort();
  return { status, headers, body: JSON.parse(text, withoutToken) };
}

function withoutToken(this: unknown, name: string, value: unknown): unknown {
  if (typeof value === 'string' && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return 'a token';
  return ['jti', 'iat', 'nbf', 'exp', 'iss', 'expiresIn', 'expiresAt'].includes(name) ? typeof value : value;
}
