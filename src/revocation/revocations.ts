import type { Caller } from '../auth/caller.ts';
import { clockSkewSeconds } from '../auth/session-claims.ts';
import type { KeyList } from '../crypto/key-ring.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { RevocationEvent, RevocationSource } from '../telemetry/events.ts';

/** The target of a revocation. */
export type RevocationTarget = 'session' | 'user' | 'organization';

/** A revocation of session tokens or of held tokens. */
export interface Revocation {
  /**
   * `refuse`: session tokens are no longer accepted; those of a session for good, those of a user when their `iat` is `at` or earlier.
   * `drop`: held tokens with an `iat` of `at` or earlier are no longer returned.
   */
  effect: 'refuse' | 'drop';
  target: RevocationTarget;
  /** The id of the target at Clerk. */
  id: string;
  /** The moment of the event by Clerk's clock, in seconds since the epoch. */
  at: number;
}

/** The moment of a mint. */
interface MintMoment {
  /** When the mint began, as a sequence number of this process (`nextSequence`). */
  sequence: number;
  /** The `iat` of its token, in seconds since the epoch; infinite while there is no token. */
  issuedAt: number;
}

/** The recent revocations that this process knows. */
export interface Revocations {
  /** Returns a number that is greater than all before it. They number the mints and revocations of this process. */
  nextSequence(): number;
  /** Returns whether the session token of a caller is refused. */
  rejects(caller: Caller): boolean;
  /** Returns whether a token from this moment must not be returned to a caller, and its mint must not be joined. */
  invalidates(caller: Caller, moment: MintMoment): boolean;
  /**
   * Adds revocations.
   *
   * @param source - how this process learned them. @default 'webhook'
   * @returns their texts, for other processes: one for each revocation and key
   */
  learn(revocations: readonly Revocation[], source?: Exclude<RevocationSource, 'redis'>): string[];
  /** Adds a revocation from a text of another process. Ignores malformed and expired texts, and those that no key has signed. */
  learnText(text: string): void;
  /** Returns the texts of all revocations that still count. */
  texts(): string[];
  /** Prolongs the known revocations after `keepFor` has grown. */
  prolong(): void;
  /** Adds a listener that is called soon after a revocation was added, once for several at a time. @returns a function that removes it */
  watch(listener: () => void): () => void;
}

/**
 * A key of revocations. It names ids by pseudonyms, because texts leave the process, and signs texts, so that they cannot be forged
 * without it.
 */
export type RevocationKey = Pick<KeyedHash, 'name' | 'sign'>;

interface RevocationsOptions {
  /**
   * Returns the keys, the newest first. A revocation is named and signed under each of them, and accepted under any. Call it at each use:
   * the list may be replaced by another one.
   */
  keyRing: () => KeyList<RevocationKey>;
  /** Returns how long a revocation counts, in milliseconds: as long as the tokens that it may concern. */
  keepFor: () => number;
  /** Called when a revocation takes effect in this process. @default nothing */
  onLearned?: (event: RevocationEvent) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

/** A stored revocation, under one key. */
interface Entry {
  /** The key that has named its target. */
  key: RevocationKey;
  at: number;
  /** When the first process learned it, in milliseconds since the epoch. */
  since: number;
  /** When it expires, on the monotonic clock in milliseconds. */
  until: number;
  /** When this process learned it, as a sequence number of this process. */
  sequence: number;
}

interface State extends RevocationsOptions {
  /** By effect, target and pseudonym; the entry that was added last comes last. */
  readonly entries: Map<string, Entry>;
  readonly listeners: Set<() => void>;
  /** The keys that were in the ring when it was last used. */
  ring: readonly RevocationKey[];
  /** Keys that have left the ring and still name revocations. */
  removedKeys: readonly RevocationKey[];
  /** When the last of these revocations expires, on the monotonic clock in milliseconds. */
  removedUntil: number;
  /** The names of callers under both kinds of keys. */
  namesByCaller: WeakMap<Caller, CallerNames>;
  sequence: number;
  isNotifying: boolean;
  /** The revocation that was last learned from a text, with the key of the first of its texts. */
  lastLearned: { readonly key: RevocationKey; readonly moment: string } | undefined;
}

/** The names of what may concern a caller, under every key. */
interface CallerNames {
  /** Names of revocations that refuse the session. */
  readonly session: readonly string[];
  /** Names of revocations that refuse the user. */
  readonly user: readonly string[];
  /** Names of all revocations that concern held tokens. */
  readonly all: readonly string[];
}

/** The form of a text: effect, target and pseudonym; `at`; `since`; the signature of all that. */
const textForm =
  /^(((?:refuse|drop):(?:session|user|organization):[\w-]{1,64}):(\d{1,12}(?:\.\d{1,6})?):(\d{1,15})):([\w-]{16,64})$/;

/** Creates an empty store of revocations, each of which expires after `keepFor`. */
export function createRevocations(options: RevocationsOptions): Revocations {
  const state: State = {
    ...options,
    ...{ entries: new Map(), listeners: new Set(), ring: [], removedKeys: [], removedUntil: 0 },
    namesByCaller: new WeakMap(),
    ...{ sequence: 0, isNotifying: false, lastLearned: undefined },
  };
  return {
    nextSequence: () => nextSequence(state),
    rejects: (caller) => rejects(state, caller),
    invalidates: (caller, moment) => invalidates(state, caller, moment),
    learn: (revocations, source = 'webhook') =>
      revocations.flatMap((revocation) => learn(state, revocation, source)),
    learnText: (text) => learnText(state, text),
    texts: () => textsOf(state),
    prolong: () => prolong(state),
    watch(listener) {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
  };
}

function nextSequence(state: State): number {
  state.sequence += 1;
  return state.sequence;
}

function rejects(state: State, caller: Caller): boolean {
  if (state.entries.size === 0) return false;
  const { session, user } = namesOf(state, caller);
  if (session.some((name) => find(state, name))) return true;
  return user.some((name) => {
    const ban = find(state, name);
    return ban !== undefined && caller.claims.iat <= ban.at;
  });
}

function invalidates(state: State, caller: Caller, { sequence, issuedAt }: MintMoment): boolean {
  if (state.entries.size === 0) return false;
  return namesOf(state, caller).all.some((name) => {
    const entry = find(state, name);
    return entry !== undefined && (entry.sequence > sequence || entry.at >= issuedAt);
  });
}

function learn(
  state: State,
  { effect, target, id, at: reportedAt }: Revocation,
  source: RevocationSource,
): string[] {
  const at = notInFuture(state, reportedAt);
  const since = state.now();
  report(state, { effect, target, source }, at);
  return state.keyRing().map((key) => {
    const name = `${effect}:${target}:${key.name(target, id)}`;
    add(state, name, { key, at, since });
    return textOf(name, { key, at, since });
  });
}

function learnText(state: State, text: string): void {
  const [, unsigned = '', name = '', at, since, signature] = textForm.exec(text) ?? [];
  if (at === undefined || remainingLife(state, Number(since)) <= 0) return;
  const known = find(state, name);
  // Instances read all texts again and again: a known one must not invalidate newer mints.
  if (known && known.at >= Number(at)) return;
  const key = state.keyRing().find(({ sign }) => sign(unsigned) === signature);
  if (key === undefined) return;
  const [effect, target] = name.split(':') as [Revocation['effect'], RevocationTarget];
  add(state, name, { key, at: Number(at), since: Number(since) });
  // The texts of one revocation under several keys follow each other.
  const learned = { key, moment: `${effect}:${target}:${at}:${since}` };
  const isTwin = state.lastLearned?.moment === learned.moment && state.lastLearned.key !== key;
  if (isTwin) return;
  state.lastLearned = learned;
  report(state, { effect, target, source: 'redis' }, Number(at));
}

/** Reports a revocation. @param at - the moment of its event, in seconds since the epoch */
function report({ onLearned, now }: State, event: RevocationEvent, at: number): void {
  // For a session that Clerk reports as ended, no event tells when that was.
  onLearned?.(event.source === 'clerk' ? event : { ...event, delayMs: now() - at * 1000 });
}

// Instances that still have a removed key know its revocations by the texts that are stored already.
function textsOf(state: State): string[] {
  followKeyRing(state);
  return [...state.entries]
    .filter(([, { key, until }]) => state.ring.includes(key) && state.monotonicNow() < until)
    .map(([name, entry]) => textOf(name, entry));
}

function textOf(name: string, { key, at, since }: Pick<Entry, 'key' | 'at' | 'since'>): string {
  const unsigned = `${name}:${at.toFixed(3)}:${since}`;
  return `${unsigned}:${key.sign(unsigned)}`;
}

function add(state: State, name: string, { key, at, since }: Pick<Entry, 'key' | 'at' | 'since'>): void {
  const { entries, now, monotonicNow } = state;
  deleteExpired(state);
  const before = find(state, name);
  const latestSince = Math.min(now(), Math.max(since, before?.since ?? 0));
  // At the end of the map, so that the oldest entry stays first.
  entries.delete(name);
  entries.set(name, {
    key,
    at: Math.max(notInFuture(state, at), before?.at ?? 0),
    since: latestSince,
    until: Math.max(monotonicNow() + remainingLife(state, latestSince), before?.until ?? 0),
    sequence: nextSequence(state),
  });
  notify(state);
}

function prolong(state: State): void {
  const now = state.monotonicNow();
  deleteExpired(state);
  for (const entry of state.entries.values())
    entry.until = Math.max(entry.until, now + remainingLife(state, entry.since));
}

function deleteExpired({ entries, monotonicNow }: State): void {
  for (const [name, { until }] of entries) {
    if (monotonicNow() < until) return;
    entries.delete(name);
  }
}

function find({ entries, monotonicNow }: State, name: string): Entry | undefined {
  const entry = entries.get(name);
  return entry && monotonicNow() < entry.until ? entry : undefined;
}

/** Bounds a moment: one in the far future would refuse every new token, and its text would be malformed. */
function notInFuture({ now }: State, at: number): number {
  return Math.min(at, now() / 1000 + clockSkewSeconds);
}

/** Returns the milliseconds until a revocation expires. They count from when the first process learned it: repeated texts prolong nothing. */
function remainingLife({ keepFor, now }: State, since: number): number {
  return keepFor() - Math.max(0, now() - since);
}

function namesOf(state: State, caller: Caller): CallerNames {
  followKeyRing(state);
  const known = state.namesByCaller.get(caller);
  if (known) return known;
  const names = nameCaller([...state.ring, ...state.removedKeys], caller);
  state.namesByCaller.set(caller, names);
  return names;
}

/** Uses the present key ring. A removed key goes on naming callers as long as it names a revocation, which could not be found otherwise. */
function followKeyRing(state: State): void {
  const { removedKeys, entries, monotonicNow } = state;
  const ring = state.keyRing();
  if (ring === state.ring && (removedKeys.length === 0 || monotonicNow() < state.removedUntil)) return;
  if (ring !== state.ring) adoptKeys(state, ring);
  const removed = new Set<RevocationKey>();
  let removedUntil = 0;
  for (const { key, until } of entries.values()) {
    if (ring.includes(key) || until <= monotonicNow()) continue;
    removed.add(key);
    removedUntil = Math.max(removedUntil, until);
  }
  Object.assign(state, { ring, removedKeys: [...removed], removedUntil, namesByCaller: new WeakMap() });
}

/** Gives the revocations of a key that is in the ring again the object of the ring. It was derived anew, and signs the same. */
function adoptKeys({ entries }: State, ring: readonly RevocationKey[]): void {
  const bySignature = new Map(ring.map((key) => [key.sign(''), key]));
  const known = new Map(ring.map((key) => [key, key]));
  for (const entry of entries.values()) {
    const key = known.get(entry.key) ?? bySignature.get(entry.key.sign('')) ?? entry.key;
    known.set(entry.key, key);
    entry.key = key;
  }
}

function nameCaller(keys: readonly RevocationKey[], caller: Caller): CallerNames {
  const { sessionId, userId, organizationId } = caller;
  const named = (target: RevocationTarget, id: string) =>
    keys.map(({ name }) => `${target}:${name(target, id)}`);
  const [session, user] = [named('session', sessionId), named('user', userId)];
  const organization = organizationId === null ? [] : named('organization', organizationId);
  const refuse = (names: readonly string[]) => names.map((name) => `refuse:${name}`);
  const drop = (names: readonly string[]) => names.map((name) => `drop:${name}`);
  return {
    ...{ session: refuse(session), user: refuse(user) },
    all: [...refuse([...session, ...user]), ...drop([...session, ...user, ...organization])],
  };
}

/** Calls the listeners once for all revocations that are added together. */
function notify(state: State): void {
  const { listeners } = state;
  if (state.isNotifying || listeners.size === 0) return;
  state.isNotifying = true;
  queueMicrotask(() => {
    state.isNotifying = false;
    for (const listener of [...listeners]) listener();
  });
}
