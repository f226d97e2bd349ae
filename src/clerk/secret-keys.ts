import type { ClerkClient } from '@clerk/backend';
import type { GatewayLogger } from '../logging/logger.ts';
import { createRateLimitedLog } from '../logging/rate-limited-log.ts';

/** Whether Clerk accepts a secret key. */
export type KeyVerdict = 'accepted' | 'refused';

/** A secret key, with a client of Clerk's SDK that sends it. */
export interface SecretKey {
  readonly text: string;
  readonly client: ClerkClient;
}

/** The outcome of a call to Clerk with one key. */
export interface KeyedOutcome<T> {
  readonly result: T;
  /** Whether Clerk accepts the key; `undefined` where its answer does not show it. */
  readonly verdict: KeyVerdict | undefined;
}

/** The result of a probe of a key: `foreign` for a key of another Clerk instance; `undefined` where Clerk could not be asked. */
export type ProbeVerdict = KeyVerdict | 'foreign' | undefined;

/** Secret keys in a list, the newest first. */
export type SecretKeyList = readonly [newest: string, ...older: string[]];

/**
 * The secret keys of one Clerk instance. One of them mints: the newest that Clerk has accepted, else the oldest that it has not
 * refused.
 */
export interface SecretKeys {
  /**
   * Calls Clerk with the key that mints. Where Clerk refuses that key, the call is repeated with each other key, until Clerk does not
   * refuse one.
   *
   * @param attempt - makes the call with one key. Must not reject
   * @returns the result of the last attempt
   */
  call<T>(attempt: (key: SecretKey) => Promise<KeyedOutcome<T>>): Promise<T>;
  /** Returns the key that mints now, for work that does not call Clerk. */
  minting(): SecretKey;
  /**
   * Asks Clerk about the keys that are newer than the one that mints, each at most every 10 s. `call` does so in the background. Never
   * rejects.
   */
  probe(): Promise<void>;
  /** Replaces the list. What is known about keys that stay in it is kept, and calls under way go on. */
  replace(list: SecretKeyList): void;
  /** Returns `accepted` when Clerk accepts the key that mints, `refused` when it refuses all keys, else `undefined`. */
  verdict(): KeyVerdict | undefined;
  /** Returns when a verdict was last found, in milliseconds since the epoch; minus infinity when there was none. */
  checkedAt(): number;
  /**
   * Returns a sentence for each entry of a list that Clerk refuses: for those that are newer than the key that mints, or for all where
   * none mints. Empty for a single key: the not-ready reason reports its refusal.
   */
  problems(): string[];
}

interface SecretKeysOptions {
  list: SecretKeyList;
  /** Creates the client that sends a key. */
  connect: (secretKey: string) => ClerkClient;
  /** Asks Clerk about a key. @param reference - the key that mints, which is of the right instance. Never rejects */
  probe: (key: SecretKey, reference: SecretKey) => Promise<ProbeVerdict>;
  log: Pick<GatewayLogger, 'info' | 'warn' | 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The shortest time between two probes of a key, in milliseconds. */
export const probeInterval = 10_000;

interface HeldKey extends SecretKey {
  verdict: ProbeVerdict;
  /** The sequence number of the attempt that has shown the verdict. */
  shownBy: number;
  /** When the key was last probed, or its verdict found, in milliseconds since the epoch. */
  checkedAt: number;
  /** Reports a refusal, at most once a minute. */
  readonly reportRefused: () => void;
}

interface State extends Omit<SecretKeysOptions, 'list'> {
  /** The newest first. Never empty. */
  keys: readonly HeldKey[];
  /** The number of attempts and probes that have started. */
  started: number;
  checkedAt: number;
}

/** Creates the holder of the secret keys of one instance. It calls nothing, and it starts no timer. */
export function createSecretKeys({ list, ...options }: SecretKeysOptions): SecretKeys {
  const state: State = { ...options, keys: [], started: 0, checkedAt: Number.NEGATIVE_INFINITY };
  replace(state, list);
  return {
    call(attempt) {
      // Without a timer, which edge runtimes do not have between requests, and which would keep a process alive.
      void probeNewer(state);
      return callWith(state, mintingKey(state), new Set(), attempt);
    },
    minting: () => mintingKey(state),
    probe: () => probeNewer(state),
    replace: (next) => replace(state, next),
    verdict: () => overallVerdict(state),
    checkedAt: () => state.checkedAt,
    problems: () => describeProblems(state),
  };
}

function replace(state: State, list: SecretKeyList): void {
  state.keys = [...new Set(list)].map(
    (text) => state.keys.find((key) => key.text === text) ?? createKey(state, text),
  );
  // A key is foreign compared with another one, which may have left the list.
  for (const key of state.keys) if (key.verdict === 'foreign') key.verdict = undefined;
}

function createKey(state: State, text: string): HeldKey {
  const key: HeldKey = {
    ...{ text, client: state.connect(text), verdict: undefined },
    ...{ shownBy: 0, checkedAt: Number.NEGATIVE_INFINITY },
    reportRefused: createRateLimitedLog((fields) => logRefusal(state, key, fields)),
  };
  return key;
}

async function callWith<T>(
  state: State,
  key: HeldKey,
  tried: Set<HeldKey>,
  attempt: (key: SecretKey) => Promise<KeyedOutcome<T>>,
): Promise<T> {
  tried.add(key);
  const sequence = begin(state);
  const { result, verdict } = await attempt(key);
  record(state, key, verdict, sequence);
  // After a `replace`, the call continues with the new list.
  const next = verdict === 'refused' ? choose(state.keys.filter((one) => !tried.has(one))) : undefined;
  return next === undefined ? result : callWith(state, next, tried, attempt);
}

function mintingKey({ keys }: State): HeldKey {
  return choose(keys) ?? (keys[0] as HeldKey);
}

/**
 * Chooses the key for a call: the newest that Clerk has accepted, else the oldest that it has not refused, else the newest. A refusal may
 * be temporary, so a refused key is the last choice. A foreign key is never chosen: Clerk would answer that the sessions do not exist.
 */
function choose(keys: readonly HeldKey[]): HeldKey | undefined {
  return (
    keys.find(({ verdict }) => verdict === 'accepted') ??
    keys.findLast(({ verdict }) => verdict === undefined) ??
    keys.find(({ verdict }) => verdict === 'refused')
  );
}

function begin(state: State): number {
  state.started += 1;
  return state.started;
}

/** Records what an answer shows about a key, unless an attempt that began later has shown more. */
function record(state: State, key: HeldKey, verdict: ProbeVerdict, sequence: number): void {
  if (verdict === undefined || sequence < key.shownBy) return;
  const before = mintingKey(state);
  key.verdict = verdict;
  key.shownBy = sequence;
  key.checkedAt = state.now();
  state.checkedAt = key.checkedAt;
  // One key alone has its own lines: of the failed mint, or of the failed fetch of the key set.
  if (state.keys.length === 1 || !state.keys.includes(key)) return;
  if (verdict !== 'accepted') key.reportRefused();
  else if (before !== key && mintingKey(state) === key) logAccepted(state, key);
}

async function probeNewer(state: State): Promise<void> {
  const reference = mintingKey(state);
  const newer = state.keys.slice(0, state.keys.indexOf(reference));
  await Promise.all(newer.filter((key) => isDue(state, key)).map((key) => probeKey(state, key, reference)));
}

async function probeKey(state: State, key: HeldKey, reference: HeldKey): Promise<void> {
  key.checkedAt = state.now();
  const sequence = begin(state);
  record(state, key, await state.probe(key, reference), sequence);
}

/** Returns whether a key may be probed now. A check that lies in the future, after the clock has jumped back, counts as old. */
function isDue({ now }: State, { checkedAt }: HeldKey): boolean {
  return Math.abs(now() - checkedAt) >= probeInterval;
}

function overallVerdict(state: State): KeyVerdict | undefined {
  const { verdict } = mintingKey(state);
  return verdict === 'foreign' ? 'refused' : verdict;
}

/** Returns the number of the entry of a key, from 1. */
const entryOf = ({ keys }: State, key: HeldKey) => keys.indexOf(key) + 1;

function describeProblems(state: State): string[] {
  if (state.keys.length === 1) return [];
  const minting = mintingKey(state);
  const newer = state.keys.slice(0, state.keys.indexOf(minting));
  const candidates = overallVerdict(state) === 'refused' ? state.keys : newer;
  return candidates
    .filter(({ verdict }) => verdict === 'refused' || verdict === 'foreign')
    .map((key) => describeProblem(state, key));
}

function describeProblem(state: State, key: HeldKey): string {
  const entry = entryOf(state, key);
  return key.verdict === 'foreign'
    ? `entry ${entry} of CLERK_SECRET_KEY is a key of another Clerk instance`
    : `Clerk refuses entry ${entry} of CLERK_SECRET_KEY`;
}

function logRefusal(state: State, key: HeldKey, fields: { suppressed?: number }): void {
  const minting = mintingKey(state);
  const mints = overallVerdict(state) === 'refused' ? 'no entry' : `entry ${entryOf(state, minting)}`;
  const text = `${describeProblem(state, key)}: ${mints} mints`;
  // An older key that is refused is the usual end of a rotation.
  const isOver = entryOf(state, key) > entryOf(state, minting) && minting.verdict !== 'refused';
  if (isOver) state.log.warn(fields, text);
  else state.log.error(fields, text);
}

function logAccepted(state: State, key: HeldKey): void {
  state.log.info({}, `Clerk accepts entry ${entryOf(state, key)} of CLERK_SECRET_KEY: it mints from now on`);
}
