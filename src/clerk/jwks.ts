import {
  createRemoteJWKSet,
  customFetch,
  exportSPKI,
  type FetchImplementation,
  importJWK,
  type JWK,
} from 'jose';
import { errorReason, gatewayError, keyRefusedReason } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { answersThatKeyIsRefused } from './clerk-error.ts';

/** Finds the public key that a session token says it is signed with. */
export interface VerificationKeys {
  /**
   * @param kid - the JOSE `kid`; undefined when the token names none
   * @param waitUntil - keeps a fetch going that nobody waits for
   * @returns the key as a PEM, or null when Clerk's key set does not hold it
   * @throws `UPSTREAM_UNAVAILABLE` when Clerk's key set is needed and out of reach
   */
  find(kid: string | undefined, waitUntil?: WaitUntil): Promise<string | null>;
  /**
   * What stands in the way of verifying tokens right now, in words for the operator; undefined when nothing does.
   * Fetches the key set when there is none yet.
   */
  obstacle(): Promise<string | undefined>;
}

/** The key that the operator has configured as `jwtKey`: no network is ever needed. */
export function fixedKey(pem: string): VerificationKeys {
  return { find: async () => pem, obstacle: async () => undefined };
}

export interface RemoteKeysOptions {
  /** Clerk's key set, `<apiUrl>/v1/jwks`. */
  url: URL;
  secretKey: string;
  /** How long one fetch may take, in milliseconds. @default 3000 */
  deadline?: number;
  /** Told whether Clerk accepts the secret key, as each fetch shows it. */
  onKeyVerdict?: (verdict: KeyVerdict) => void;
  /** Told of every fetch that fails: at most one a second. */
  log: Pick<GatewayLogger, 'error'>;
  /** Milliseconds since the epoch. @default Date.now */
  now?: () => number;
  /** @default the global fetch */
  fetch?: FetchImplementation;
}

/** Whether Clerk accepts the gateway's secret key. */
export type KeyVerdict = 'accepted' | 'refused';

/** Clerk's key set, which can also be fetched just to see whether that works. */
export interface RemoteKeys extends VerificationKeys {
  /** Fetches the key set now, unless the last try failed within a second. Never rejects. */
  refresh(): Promise<void>;
}

/** How long, in milliseconds, a key set is used before it is fetched again behind the requests. */
const refreshAfter = 5 * 60_000;
/** How long the last good key set is trusted while Clerk cannot be reached. */
const trustFor = 24 * 60 * 60_000;
/** Shortest time between two fetches for keys that the set does not hold. */
const unknownKeyPause = 10_000;
/** Shortest time between a failed fetch and the next one. */
const failurePause = 1_000;
/** How long after its deadline a fetch counts as lost. */
const lostAfter = 1_000;

/**
 * Clerk's key set, fetched by Mintgate because the SDK's own fetching neither joins concurrent fetches nor
 * remembers failures: one fetch in flight, a pause between fetches for unknown `kid`s, and the last good set kept
 * for 24 h while Clerk is down.
 */
export function remoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const { url, secretKey, deadline = 3_000, log, now = Date.now, fetch = globalThis.fetch } = options;
  let status: number | undefined;
  let keyIsRefused = false;
  // jose fetches and checks a set; when to fetch is decided here. One for each fetch: it would join one that is lost.
  const remoteSet = () =>
    createRemoteJWKSet(url, {
      headers: { authorization: `Bearer ${secretKey}`, accept: 'application/json' },
      timeoutDuration: deadline,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: 0,
      [customFetch]: async (...request) => {
        status = undefined;
        keyIsRefused = false;
        const response = await fetch(...request);
        status = response.status;
        keyIsRefused = await answersThatKeyIsRefused(response);
        if (keyIsRefused) options.onKeyVerdict?.('refused');
        return response;
      },
    });
  let keys: ReadonlyMap<string, string> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let flight: { landing: Promise<void>; startedAt: number } | undefined;

  /** Fetches the set, or joins the fetch under way. */
  function reload(): Promise<void> {
    // The fetch may be another request's, and the runtime may end it with that one, without a word.
    if (flight && isUnderWay()) return withTimeout(flight.landing, deadline, unusable);
    const landing = fetchKeys()
      .then(
        (fetched) => {
          keys = fetched;
          fetchedAt = now();
          failedAt = Number.NEGATIVE_INFINITY;
        },
        (cause) => {
          failedAt = now();
          const error = unusable();
          const details = { url: url.href, status, cause: systemCode(cause) };
          log.error(details, errorReason(error) ?? error.message);
          throw error;
        },
      )
      .finally(() => {
        if (flight?.landing === landing) flight = undefined;
      });
    flight = { landing, startedAt: now() };
    return landing;
  }

  function isUnderWay(): boolean {
    return flight !== undefined && elapsed(flight.startedAt) < deadline + lostAfter;
  }

  // An instance always has a key: a set without one is a failure, and takes no good set's place.
  async function fetchKeys(): Promise<ReadonlyMap<string, string>> {
    const remote = remoteSet();
    await remote.reload();
    const fetched = await pemsByKid(remote.jwks()?.keys ?? []);
    if (fetched.size === 0) throw unusable();
    options.onKeyVerdict?.('accepted');
    return fetched;
  }

  async function load(waitUntil?: WaitUntil): Promise<ReadonlyMap<string, string>> {
    // A clock that jumped back must not keep a set or a failure for ever: a negative age counts as old.
    const age = elapsed(fetchedAt);
    if (keys && age < refreshAfter) return keys;
    if (keys && age < trustFor) {
      if (!isUnderWay() && elapsed(failedAt) >= failurePause) behind(waitUntil);
      return keys;
    }
    if (!isUnderWay() && elapsed(failedAt) < failurePause) throw unusable();
    await reload();
    return keys ?? new Map();
  }

  function behind(waitUntil: WaitUntil | undefined): void {
    const landing = reload().catch(() => {});
    waitUntil?.(landing);
  }

  function unusable() {
    const reason = keyIsRefused ? keyRefusedReason : "Clerk's key set (JWKS) cannot be fetched";
    return gatewayError('UPSTREAM_UNAVAILABLE', { reason });
  }

  function elapsed(since: number): number {
    const passed = now() - since;
    return passed >= 0 ? passed : Number.POSITIVE_INFINITY;
  }

  return {
    async find(kid, waitUntil) {
      const known = await load(waitUntil);
      if (kid === undefined) return null;
      const pem = known.get(kid);
      if (pem !== undefined) return pem;
      if (!isUnderWay() && elapsed(failedAt) < failurePause) throw unusable();
      if (!isUnderWay() && elapsed(fetchedAt) < unknownKeyPause) return null;
      await reload();
      return keys?.get(kid) ?? null;
    },
    async refresh() {
      if (!isUnderWay() && elapsed(failedAt) < failurePause) return;
      await reload().catch(() => {});
    },
    obstacle: () => load().then(() => undefined, errorReason),
  };
}

/** Such as `ECONNREFUSED`, where the network was the matter; jose's own codes say no more than the message does. */
function systemCode(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const { code, cause } = (inner ?? {}) as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^(?!ERR_J)[A-Z0-9_]{1,60}$/.test(code)) return code;
    inner = cause;
  }
  return undefined;
}

async function pemsByKid(keys: readonly JWK[]): Promise<ReadonlyMap<string, string>> {
  const pems = await Promise.all(
    keys.map(async (key): Promise<[string, string][]> => {
      const pem = await pemOf(key);
      return typeof key.kid === 'string' && pem !== undefined ? [[key.kid, pem]] : [];
    }),
  );
  return new Map(pems.flat());
}

// A key of another kind than Clerk signs sessions with, or one that cannot be read, verifies nothing.
async function pemOf(key: JWK): Promise<string | undefined> {
  if (key.kty !== 'RSA') return undefined;
  try {
    const imported = await importJWK({ ...key, alg: 'RS256', ext: true });
    return imported instanceof Uint8Array ? undefined : await exportSPKI(imported);
  } catch {
    return undefined;
  }
}
