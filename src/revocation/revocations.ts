import type { Caller } from '../auth/caller.ts';
import { clockSkewSeconds } from '../auth/session-claims.ts';
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
   * @returns their texts, for other processes
   */
  learn(revocations: readonly Revocation[], source?: Exclude<RevocationSource, 'redis'>): string[];
  /** Adds a revocation from a text of another process. Ignores malformed, forged and expired texts. */
  learnText(text: string): void;
  /** Returns the texts of all revocations that still count. */
  texts(): string[];
  /** Adds a listener that is called soon after a revocation was added, once for several at a time. @returns a function that removes it */
  watch(listener: () => void): () => void;
}

interface RevocationsOptions {
  /** Returns the pseudonym of an id, because texts leave the process. */
  nameOf: (target: RevocationTarget, id: string) => string;
  /** Returns the signature of a text, so that texts cannot be forged without the key. */
  sign: (text: string) => string;
  /** How long a revocation counts, in milliseconds: as long as the tokens that it may concern. */
  keepFor: number;
  /** Called when a revocation takes effect in this process. @default nothing */
  onLearned?: (event: RevocationEvent) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

/** A stored revocation. */
interface Entry {
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
  /** The keys of callers, without the effect. */
  readonly callerKeys: WeakMap<Caller, Record<RevocationTarget, string>>;
  sequence: number;
  isNotifying: boolean;
}

/** The form of a text: effect, target and pseudonym; `at`; `since`; the signature of all that. */
const textForm =
  /^(((?:refuse|drop):(?:session|user|organization):[\w-]{1,64}):(\d{1,12}(?:\.\d{1,6})?):(\d{1,15})):([\w-]{16,64})$/;

/** Creates an empty store of revocations, each of which expires after `keepFor`. */
export function createRevocations(options: RevocationsOptions): Revocations {
  const state: State = {
    ...options,
    ...{ entries: new Map(), listeners: new Set(), callerKeys: new WeakMap() },
    ...{ sequence: 0, isNotifying: false },
  };
  return {
    nextSequence: () => nextSequence(state),
    rejects: (caller) => rejects(state, caller),
    invalidates: (caller, moment) => invalidates(state, caller, moment),
    learn: (revocations, source = 'webhook') =>
      revocations.map((revocation) => learn(state, revocation, source)),
    learnText: (text) => learnText(state, text),
    texts: () => textsOf(state),
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
  const { session, user } = keysOf(state, caller);
  if (find(state, `refuse:${session}`)) return true;
  const ban = find(state, `refuse:${user}`);
  return ban !== undefined && caller.claims.iat <= ban.at;
}

function invalidates(state: State, caller: Caller, { sequence, issuedAt }: MintMoment): boolean {
  if (state.entries.size === 0) return false;
  const { session, user, organization } = keysOf(state, caller);
  return [`refuse:${session}`, `refuse:${user}`, `drop:${session}`, `drop:${user}`, `drop:${organization}`]
    .map((key) => find(state, key))
    .some((entry) => entry && (entry.sequence > sequence || entry.at >= issuedAt));
}

function learn(
  state: State,
  { effect, target, id, at: reportedAt }: Revocation,
  source: RevocationSource,
): string {
  const at = notInFuture(state, reportedAt);
  const key = `${effect}:${target}:${state.nameOf(target, id)}`;
  const since = state.now();
  add(state, key, at, since);
  report(state, { effect, target, source }, at);
  return textOf(state, key, { at, since });
}

function learnText(state: State, text: string): void {
  const [, unsigned = '', key = '', at, since, signature] = textForm.exec(text) ?? [];
  if (at === undefined || remainingLife(state, Number(since)) <= 0) return;
  const known = find(state, key);
  // Instances read all texts again and again: a known one must not invalidate newer mints.
  if (known && known.at >= Number(at)) return;
  if (state.sign(unsigned) !== signature) return;
  add(state, key, Number(at), Number(since));
  const [effect, target] = key.split(':') as [Revocation['effect'], RevocationTarget];
  report(state, { effect, target, source: 'redis' }, Number(at));
}

/** Reports a revocation. @param at - the moment of its event, in seconds since the epoch */
function report({ onLearned, now }: State, event: RevocationEvent, at: number): void {
  // For a session that Clerk reports as ended, no event tells when that was.
  onLearned?.(event.source === 'clerk' ? event : { ...event, delayMs: now() - at * 1000 });
}

function textsOf(state: State): string[] {
  return [...state.entries]
    .filter(([, { until }]) => state.monotonicNow() < until)
    .map(([key, entry]) => textOf(state, key, entry));
}

function textOf({ sign }: State, key: string, { at, since }: Pick<Entry, 'at' | 'since'>): string {
  const unsigned = `${key}:${at.toFixed(3)}:${since}`;
  return `${unsigned}:${sign(unsigned)}`;
}

function add(state: State, key: string, at: number, since: number): void {
  const { entries, now, monotonicNow } = state;
  deleteExpired(state);
  const before = find(state, key);
  const latestSince = Math.min(now(), Math.max(since, before?.since ?? 0));
  // At the end of the map, so that the oldest entry stays first.
  entries.delete(key);
  entries.set(key, {
    at: Math.max(notInFuture(state, at), before?.at ?? 0),
    since: latestSince,
    until: Math.max(monotonicNow() + remainingLife(state, latestSince), before?.until ?? 0),
    sequence: nextSequence(state),
  });
  notify(state);
}

function deleteExpired({ entries, monotonicNow }: State): void {
  for (const [key, { until }] of entries) {
    if (monotonicNow() < until) return;
    entries.delete(key);
  }
}

function find({ entries, monotonicNow }: State, key: string): Entry | undefined {
  const entry = entries.get(key);
  return entry && monotonicNow() < entry.until ? entry : undefined;
}

/** Bounds a moment: one in the far future would refuse every new token, and its text would be malformed. */
function notInFuture({ now }: State, at: number): number {
  return Math.min(at, now() / 1000 + clockSkewSeconds);
}

/** Returns the milliseconds until a revocation expires. They count from when the first process learned it: repeated texts prolong nothing. */
function remainingLife({ keepFor, now }: State, since: number): number {
  return keepFor - Math.max(0, now() - since);
}

function keysOf({ callerKeys, nameOf }: State, caller: Caller): Record<RevocationTarget, string> {
  const known = callerKeys.get(caller);
  if (known) return known;
  const { sessionId, userId, organizationId } = caller;
  const keys = {
    session: `session:${nameOf('session', sessionId)}`,
    user: `user:${nameOf('user', userId)}`,
    organization: organizationId === null ? '' : `organization:${nameOf('organization', organizationId)}`,
  };
  callerKeys.set(caller, keys);
  return keys;
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
