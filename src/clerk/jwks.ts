import { errorReason, gatewayError, keyRefusedReason } from '../errors.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import type { ClerkCallEvent } from '../telemetry/events.ts';
import { createReporter, type Reporter } from '../telemetry/reporter.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { withTimeout } from '../time/with-timeout.ts';
import { type Fetch, fetchJwksOutcome, JwksError, type JwksOutcome, type PemsByKid } from './fetch-jwks.ts';
import type { SecretKeys } from './secret-keys.ts';

/** The public keys that verify session tokens. */
export interface VerificationKeys {
  /**
   * Returns the key with an id as a PEM, or `null` where Clerk's key set does not have it.
   *
   * @param kid - the JOSE `kid`; `undefined` where the token has none
   * @param waitUntil - keeps a background fetch alive
   * @throws `UPSTREAM_UNAVAILABLE` when the key set is needed and cannot be fetched
   */
  find(kid: string | undefined, waitUntil?: WaitUntil): Promise<string | null>;
  /** Returns the key with an id as a PEM where no fetch is due, or `undefined`. @param kid - as of `find` */
  findHeld(kid: string | undefined): string | undefined;
  /** Returns why tokens cannot be verified now, or `undefined` when they can. Fetches the key set when there is none. */
  notReadyReason(): Promise<string | undefined>;
}

/** Creates the keys of the option `jwtKey`: one PEM for every `kid`, without network. */
export function createFixedKey(pem: string): VerificationKeys {
  return { find: async () => pem, findHeld: () => pem, notReadyReason: async () => undefined };
}

export interface RemoteKeysOptions {
  /** The key set, `<apiUrl>/v1/jwks`. */
  url: URL;
  /** Receives whether Clerk accepts a key, where a fetch shows it. */
  secretKeys: Pick<SecretKeys, 'call'>;
  /** Returns how long one fetch may take, in milliseconds. */
  deadline: () => number;
  /** Receives a line for each failed fetch, at most one a second. */
  log: Pick<GatewayLogger, 'error'>;
  /** Receives each fetch. @default a reporter without receivers */
  reporter?: Pick<Reporter, 'clerkCall' | 'startSpan' | 'runClerkCall'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Fetches the key set. @default the global fetch */
  fetch?: Fetch;
}

/** The keys of Clerk's key set, which can also be fetched to probe Clerk. */
export interface RemoteKeys extends VerificationKeys {
  /** Fetches the key set, unless the last fetch failed within a second. Never rejects. */
  refresh(): Promise<void>;
}

/** How long a key set is fresh, in milliseconds. After that it is used while it is fetched again in the background (stale-while-revalidate). */
const maxAge = 5 * 60_000;
/** How long a key set is used while Clerk is unreachable (stale-if-error), in milliseconds. */
const maxStaleAge = 24 * 60 * 60_000;
/** The shortest time between a fetch and the next one for an unknown `kid`, in milliseconds. */
const cooldown = 10_000;
/** The shortest time between a failed fetch and the next one, in milliseconds. */
const failureCooldown = 1_000;
/** The time after its deadline at which a fetch counts as lost, in milliseconds. */
const lostAfter = 1_000;

interface Flight {
  readonly result: Promise<void>;
  readonly startedAt: number;
}

interface JwksState extends Required<RemoteKeysOptions> {
  /** The last good key set. */
  keys: PemsByKid | undefined;
  fetchedAt: number;
  /** The time of the last failure; minus infinity after a success. */
  failedAt: number;
  /** Whether Clerk has refused every secret key in the last fetch. */
  secretKeyRefused: boolean;
  flight: Flight | undefined;
  /** The number of fetches that have started. */
  started: number;
  /** The sequence number of the fetch that returned `keys`. */
  applied: number;
}

/**
 * Creates the keys of Clerk's key set. Clerk's SDK can fetch them itself, but it neither shares concurrent fetches nor caches failures.
 * jose's remote key set has no cooldown after a failure, and uses no stale set.
 */
export function createRemoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const state: JwksState = {
    fetch: globalThis.fetch,
    reporter: createReporter(),
    ...options,
    keys: undefined,
    fetchedAt: Number.NEGATIVE_INFINITY,
    failedAt: Number.NEGATIVE_INFINITY,
    secretKeyRefused: false,
    flight: undefined,
    started: 0,
    applied: 0,
  };
  return {
    find: (kid, waitUntil) => findKey(state, kid, waitUntil),
    findHeld: (kid) =>
      kid !== undefined && ageOf(state, state.fetchedAt) < maxAge ? state.keys?.get(kid) : undefined,
    refresh: () => refresh(state),
    notReadyReason: () => findNotReadyReason(state),
  };
}

async function findKey(
  state: JwksState,
  kid: string | undefined,
  waitUntil: WaitUntil | undefined,
): Promise<string | null> {
  const keys = usableKeys(state, waitUntil) ?? (await loadKeys(state));
  if (kid === undefined) return null;
  const pem = keys.get(kid);
  if (pem !== undefined) return pem;
  if (hasJustFailed(state)) throw unavailableError(state);
  if (!isFetching(state) && ageOf(state, state.fetchedAt) < cooldown) return null;
  await reload(state);
  return state.keys?.get(kid) ?? null;
}

/** Returns the key set where it needs no fetch, or only a fetch in the background. */
function usableKeys(state: JwksState, waitUntil?: WaitUntil): PemsByKid | undefined {
  if (state.keys === undefined) return undefined;
  const age = ageOf(state, state.fetchedAt);
  if (age < maxAge) return state.keys;
  if (age >= maxStaleAge) return undefined;
  if (!isFetching(state) && !hasJustFailed(state)) {
    const fetched = reload(state).catch(() => {});
    waitUntil?.(fetched);
  }
  return state.keys;
}

async function loadKeys(state: JwksState): Promise<PemsByKid> {
  if (hasJustFailed(state)) throw unavailableError(state);
  await reload(state);
  return state.keys ?? new Map();
}

async function refresh(state: JwksState): Promise<void> {
  if (!hasJustFailed(state)) await reload(state).catch(() => {});
}

async function findNotReadyReason(state: JwksState): Promise<string | undefined> {
  try {
    if (usableKeys(state) === undefined) await loadKeys(state);
    return undefined;
  } catch (error) {
    return errorReason(error);
  }
}

/** Fetches the key set, or joins the fetch under way. */
function reload(state: JwksState): Promise<void> {
  if (state.flight === undefined || !isFetching(state)) return startFetch(state);
  // The fetch may never settle: some runtimes stop the work of a request when the request ends.
  return withTimeout(state.flight.result, state.deadline(), () => unavailableError(state));
}

function startFetch(state: JwksState): Promise<void> {
  const result = fetchKeySet(state).finally(() => {
    if (state.flight === flight) state.flight = undefined;
  });
  const flight = { result, startedAt: state.now() };
  state.flight = flight;
  return result;
}

async function fetchKeySet(state: JwksState): Promise<void> {
  state.started += 1;
  const sequence = state.started;
  // A lost fetch that settles late must not change what a later one has found.
  const isSuperseded = () => sequence < state.applied;
  state.secretKeyRefused = false;
  const { pems, error } = await fetchWithKeys(state);
  if (pems === undefined) throw isSuperseded() ? unavailableError(state) : recordFailure(state, error);
  if (isSuperseded()) return;
  state.applied = sequence;
  state.keys = pems;
  state.fetchedAt = state.now();
  state.failedAt = Number.NEGATIVE_INFINITY;
}

/** Fetches the key set with the secret key that mints, and with the others where Clerk refuses it. Never rejects. */
function fetchWithKeys(state: JwksState): Promise<JwksOutcome> {
  return state.secretKeys.call(async ({ text }) => {
    const result = await callClerk(state, text);
    // A key of another instance has a key set, too.
    return { result, verdict: result.verdict === 'accepted' ? 'valid' : result.verdict };
  });
}

/** Fetches the key set once, and reports the call. Never rejects. */
async function callClerk(
  { url, deadline, fetch, reporter }: JwksState,
  secretKey: string,
): Promise<JwksOutcome> {
  const startedAt = monotonicNow();
  const endpoint = { method: 'GET', template: '/v1/jwks' } as const;
  const span = reporter.startSpan({ kind: 'clerk-call', ...endpoint, resendCount: 0 });
  const outcome = await reporter.runClerkCall(span, () =>
    fetchJwksOutcome({ url, secretKey, timeout: deadline(), fetch }),
  );
  const answer = answerOf(outcome);
  reporter.clerkCall({ ...endpoint, durationMs: monotonicNow() - startedAt, ...answer });
  span?.end(answer);
  return outcome;
}

/** Returns the status of Clerk's answer, and why the call has failed. */
function answerOf({ pems, error }: JwksOutcome): Pick<ClerkCallEvent, 'status' | 'errorType'> {
  if (pems !== undefined) return { status: 200 };
  const { status } = error instanceof JwksError ? error : {};
  return { status, errorType: status !== undefined && status >= 400 ? String(status) : 'unavailable' };
}

function recordFailure(state: JwksState, thrown: unknown): Error {
  const { status, secretKeyRefused = false } = thrown instanceof JwksError ? thrown : {};
  state.secretKeyRefused = secretKeyRefused;
  state.failedAt = state.now();
  const error = unavailableError(state);
  state.log.error(
    { url: state.url.href, status, cause: systemCode(thrown) },
    errorReason(error) ?? error.message,
  );
  return error;
}

function isFetching(state: JwksState): boolean {
  const { flight, deadline } = state;
  return flight !== undefined && ageOf(state, flight.startedAt) < deadline() + lostAfter;
}

/** Returns whether the last fetch failed so recently that another must wait. */
function hasJustFailed(state: JwksState): boolean {
  return !isFetching(state) && ageOf(state, state.failedAt) < failureCooldown;
}

/** Returns the milliseconds since a time. After the clock has jumped back, a time in the future counts as infinitely old. */
function ageOf({ now }: JwksState, since: number): number {
  const age = now() - since;
  return age >= 0 ? age : Number.POSITIVE_INFINITY;
}

function unavailableError({ secretKeyRefused }: JwksState) {
  const reason = secretKeyRefused ? keyRefusedReason : "Clerk's key set (JWKS) cannot be fetched";
  return gatewayError('UPSTREAM_UNAVAILABLE', { reason });
}

/** Returns the code of a network failure, such as `ECONNREFUSED`; `undefined` for every other error. */
function systemCode(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const { code, cause } = (inner ?? {}) as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)) return code;
    inner = cause;
  }
  return undefined;
}
