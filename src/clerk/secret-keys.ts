import type { ClerkClient } from '@clerk/backend';
import type { GatewayLogger } from '../logging/logger.ts';
import { createRateLimitedLog } from '../logging/rate-limited-log.ts';

/** Whether Clerk accepts a secret key. */
export type KeyVerdict = 'accepted' | 'refused';

/** What an answer of Clerk shows: `valid` where Clerk accepts the key, which may be one of another instance. */
export type AnswerVerdict = KeyVerdict | 'valid';

/** A secret key, with a client of Clerk's SDK that sends it. */
export interface SecretKey {
  readonly text: string;
  readonly client: ClerkClient;
}

/** The outcome of a call to Clerk with one key. */
export interface KeyedOutcome<T> {
  readonly result: T;
  /** Whether Clerk accepts the key; `undefined` where its answer does not show it. `accepted` only for a key of the right instance. */
  readonly verdict: AnswerVerdict | undefined;
}

/** The result of a probe of a key: `foreign` for a key of another Clerk instance; `undefined` where Clerk could not be asked. */
export type ProbeVerdict = KeyVerdict | 'foreign' | undefined;

/** Secret keys in a list, the newest first. */
export type SecretKeyList = readonly [newest: string, ...older: string[]];

/**
 * The secret keys of one Clerk instance. One of them mints: the newest that Clerk has accepted as one of the instance, else the oldest
 * that it has not refused.
 */
export interface SecretKeys {
  /**
   * Calls Clerk with the key that mints. Where Clerk refuses that key, the call is repeated with each other key, until Clerk does not
   * refuse one. While Clerk refuses all keys, a call uses one of them in turn, and those that it refused 10 s ago or earlier.
   *
   * @param attempt - makes the call with one key. Must not reject
   * @returns the result of the last attempt
   */
  call<T>(attempt: (key: SecretKey) => Promise<KeyedOutcome<T>>): Promise<T>;
  /** Returns the key that mints now, for work that does not call Clerk. */
  minting(): SecretKey;
  /**
   * Asks Clerk about the keys that are newer than the one that mints, or about all others while that one is not known to be of the right
   * instance; each at most every 10 s. `call` does so in the background. Never rejects.
   */
  probe(): Promise<void>;
  /** Replaces the list. What is known about keys that stay in it is kept, and calls under way go on. */
  replace(list: SecretKeyList): void;
  /**
   * Returns `accepted` when Clerk accepts the key that mints, `refused` when it refuses all keys, else `undefined`. A key of a list is
   * accepted once it has minted a token, or has the key set of another key.
   */
  verdict(): KeyVerdict | undefined;
  /** Returns when a verdict was last found, in milliseconds since the epoch; minus infinity when there was none. */
  checkedAt(): number;
  /**
   * Returns a sentence for each entry of a list that Clerk refuses: for those that are newer than the key that mints, or for all where
   * none is known to mint. Empty for a single key: the not-ready reason reports its refusal.
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
  verdict: KeyVerdict | undefined;
  /** Whether the key has ever been shown to be of the right instance. That does not change while the process runs. */
  isProven: boolean;
  /** The key whose instance is another one, while that key is in the list. */
  foreignTo: HeldKey | undefined;
  /** The sequence number of the attempt that has shown the verdict. */
  shownBy: number;
  /** When the verdict was shown, in milliseconds since the epoch. */
  shownAt: number;
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
      void probeKeys(state);
      return callWith(state, mintingKey(state), attempt);
    },
    minting: () => mintingKey(state),
    probe: () => probeKeys(state),
    replace: (next) => replace(state, next),
    verdict: () => overallVerdict(state),
    checkedAt: () => state.checkedAt,
    problems: () => describeProblems(state),
  };
}

function replace(state: State, list: SecretKeyList): void {
  const before = state.keys.length > 0 ? mintingKey(state) : undefined;
  state.keys = [...new Set(list)].map(
    (text) => state.keys.find((key) => key.text === text) ?? createKey(state, text),
  );
  for (const key of state.keys) {
    if (key.foreignTo && !state.keys.includes(key.foreignTo)) key.foreignTo = undefined;
  }
  const minting = mintingKey(state);
  // A key that had minted before, or was an older entry: it needs no probe.
  if (state.keys.length > 1 && minting !== before && minting.isProven) logAccepted(state, minting);
}

function createKey(state: State, text: string): HeldKey {
  const key: HeldKey = {
    ...{ text, client: state.connect(text), verdict: undefined, isProven: false, foreignTo: undefined },
    ...{ shownBy: 0, shownAt: Number.NEGATIVE_INFINITY, checkedAt: Number.NEGATIVE_INFINITY },
    reportRefused: createRateLimitedLog((fields) => logRefusal(state, key, fields)),
  };
  return key;
}

/** Calls Clerk with a key, then with others while Clerk refuses them. */
async function callWith<T>(
  state: State,
  first: HeldKey,
  attempt: (key: SecretKey) => Promise<KeyedOutcome<T>>,
): Promise<T> {
  // Then Clerk has refused every key. Each mint would cost a call for each of them.
  const isOutOfKeys = first.verdict === 'refused';
  const tried = new Set<string>();
  const mayTry = (key: HeldKey) => !(tried.has(key.text) || (isOutOfKeys && isRefusedNow(state, key)));
  let key = first;
  for (;;) {
    tried.add(key.text);
    const sequence = begin(state);
    const { result, verdict } = await attempt(key);
    record(state, key, verdict, sequence);
    // After a `replace`, the call continues with the new list.
    const next = verdict === 'refused' ? choose(state.keys.filter(mayTry)) : undefined;
    if (next === undefined) return result;
    key = next;
  }
}

function isRefusedNow(state: State, { verdict, shownAt }: HeldKey): boolean {
  return verdict === 'refused' && !isOld(state, shownAt);
}

function mintingKey({ keys }: State): HeldKey {
  return choose(keys) ?? (keys[0] as HeldKey);
}

/**
 * Chooses the key for a call: the newest that is proven and accepted, else the oldest that Clerk has not refused, else the one that Clerk
 * refused the longest time ago. A refusal may be temporary, so a refused key is the last choice. A foreign key is never chosen: Clerk
 * would answer that the sessions do not exist.
 */
function choose(keys: readonly HeldKey[]): HeldKey | undefined {
  const own = keys.filter(({ foreignTo }) => foreignTo === undefined);
  return (
    own.find(({ verdict, isProven }) => verdict === 'accepted' && isProven) ??
    own.findLast(({ verdict }) => verdict !== 'refused') ??
    own.toSorted((one, other) => one.shownBy - other.shownBy)[0]
  );
}

function begin(state: State): number {
  state.started += 1;
  return state.started;
}

/** Records what an answer shows about a key, unless an attempt that began later has shown more. */
function record(state: State, key: HeldKey, shown: AnswerVerdict | undefined, sequence: number): void {
  if (shown === undefined || sequence < key.shownBy) return;
  const before = mintingKey(state);
  key.verdict = shown === 'refused' ? 'refused' : 'accepted';
  if (shown === 'accepted') Object.assign(key, { isProven: true, foreignTo: undefined });
  if (shown === 'refused' && !key.isProven) forgetComparisons(state, key);
  key.shownBy = sequence;
  key.shownAt = state.now();
  key.checkedAt = key.shownAt;
  state.checkedAt = key.shownAt;
  // One key alone has its own lines: of the failed mint, or of the failed fetch of the key set.
  if (state.keys.length === 1 || !state.keys.includes(key)) return;
  if (shown === 'refused') key.reportRefused();
  else if (before !== key && mintingKey(state) === key) logAccepted(state, key);
}

async function probeKeys(state: State): Promise<void> {
  const reference = mintingKey(state);
  // Compared with a key that Clerk refuses, no key can be shown to be of the right instance.
  if (reference.verdict === 'refused') return;
  const others = reference.isProven
    ? newerThan(state, reference)
    : state.keys.filter((key) => key !== reference);
  const due = others.filter(({ checkedAt }) => isOld(state, checkedAt));
  await Promise.all(due.map((key) => probeKey(state, key, reference)));
}

async function probeKey(state: State, key: HeldKey, reference: HeldKey): Promise<void> {
  key.checkedAt = state.now();
  const sequence = begin(state);
  const shown = await state.probe(key, reference);
  if (shown !== 'foreign') return record(state, key, shown, sequence);
  if (![key, reference].every((one) => state.keys.includes(one))) return;
  record(state, key, 'valid', sequence);
  if (isTrusted(state, reference, key)) markForeign(state, key, reference);
  else markForeign(state, reference, key);
}

/** Returns which of two keys of different instances counts as the one of the right instance: the proven one, else the older one. */
function isTrusted({ keys }: State, key: HeldKey, other: HeldKey): boolean {
  return key.isProven === other.isProven ? keys.indexOf(key) > keys.indexOf(other) : key.isProven;
}

function markForeign(state: State, key: HeldKey, reference: HeldKey): void {
  key.foreignTo = reference;
  reference.foreignTo = undefined;
  forgetComparisons(state, key);
  key.reportRefused();
}

/** Forgets which keys are foreign to one that is foreign itself, or that Clerk refuses without it ever having been the right one. */
function forgetComparisons({ keys }: State, reference: HeldKey): void {
  for (const key of keys) if (key.foreignTo === reference) key.foreignTo = undefined;
}

function newerThan({ keys }: State, key: HeldKey): readonly HeldKey[] {
  return keys.slice(0, keys.indexOf(key));
}

/** Returns whether a time is so long ago that a key may be asked about again. One in the future, after the clock has jumped back, counts as old. */
function isOld({ now }: State, since: number): boolean {
  return Math.abs(now() - since) >= probeInterval;
}

function overallVerdict(state: State): KeyVerdict | undefined {
  const { verdict, isProven } = mintingKey(state);
  // A single key has no other that it could be compared with.
  const isCertain = isProven || state.keys.length === 1;
  return verdict === 'accepted' && !isCertain ? undefined : verdict;
}

/** Returns the number of a key in the list, from 1. */
const entryOf = ({ keys }: State, key: HeldKey) => keys.indexOf(key) + 1;

function describeProblems(state: State): string[] {
  if (state.keys.length === 1) return [];
  const minting = mintingKey(state);
  const candidates = overallVerdict(state) === 'accepted' ? newerThan(state, minting) : state.keys;
  return candidates
    .filter(({ verdict, foreignTo }) => verdict === 'refused' || foreignTo !== undefined)
    .map((key) => describeProblem(state, key));
}

function describeProblem(state: State, key: HeldKey): string {
  const entry = entryOf(state, key);
  return key.foreignTo !== undefined
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
