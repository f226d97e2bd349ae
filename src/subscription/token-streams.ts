import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import { isUndecided } from '../mint/allow.ts';
import type { AuditSubject } from '../mint/audit.ts';
import type { MintEngine } from '../mint/mint-engine.ts';
import type { Revocations } from '../revocation/revocations.ts';
import { createSlots, type SlotLimits, type Slots } from './slots.ts';
import { createTokenStream, type StreamEnd, type TokenStream } from './token-stream.ts';

/** A request for a stream of tokens. */
interface StreamRequest extends AuditSubject {
  /** When the request arrived, on the monotonic clock in milliseconds. */
  startedAt: number;
  /** Ends the stream when the subscriber has gone. */
  signal: AbortSignal;
  /** Called before each call to Clerk for the first token. */
  onMint: () => void;
  /** Called once, when the stream has ended. */
  onEnd: (end: StreamEnd) => void;
}

/** The open streams of a gateway. */
export interface TokenStreams {
  /** The number of open streams. */
  readonly size: number;
  /** Opens a stream. @throws one of the gateway's errors: the policy refuses, there is no first token, too many streams are open */
  open(request: StreamRequest): Promise<TokenStream>;
  /** Applies the present policies to the open streams: ends those that they refuse, and plans the renewals of the others again. */
  recheck(): void;
  /** Ends all streams without an error. Their clients subscribe again. */
  complete(): void;
  /** Ends all streams, and every stream that is opened later. Their clients subscribe again, at another process. */
  drain(): void;
}

interface TokenStreamsOptions {
  engine: Pick<MintEngine, 'mintToken' | 'renewAt' | 'dependsOnClaims' | 'requireAuthorized' | 'onRefused'>;
  revocations: Pick<Revocations, 'nextSequence' | 'rejects' | 'invalidates' | 'watch'>;
  /** Returns the present maximum numbers of open streams. */
  limits: () => SlotLimits;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

interface State extends TokenStreamsOptions {
  readonly slots: Slots;
  readonly open: Map<TokenStream, OpenStream>;
  isDraining: boolean;
  /** How often `recheck` was called. */
  rechecks: number;
}

interface OpenStream extends AuditSubject {
  /** Its sequence number when it was opened: later revocations may end it. */
  readonly sequence: number;
  /** When it was opened, on the monotonic clock in milliseconds. */
  readonly since: number;
}

/**
 * Longest life of a stream, in milliseconds. A new subscription requires a new session token. Until then, each mint proves that the session
 * has not ended.
 */
const maxLifeMs = 15 * 60 * 1000;
/** Age at which a stream counts as ended, in milliseconds: some runtimes end a stream with its client, without any event or timer. */
const forgottenAfterMs = maxLifeMs + 60_000;

/** Seconds after which a client that finds no free slot may try again. */
const retryAfter = 10;

/** Creates the token streams of a gateway. They end when their caller is revoked or changed. */
export function createTokenStreams(options: TokenStreamsOptions): TokenStreams {
  const { limits, monotonicNow, revocations } = options;
  const slots = createSlots({ limits, maxAgeMs: forgottenAfterMs, monotonicNow });
  const state: State = { ...options, slots, open: new Map(), isDraining: false, rechecks: 0 };
  revocations.watch(() => endOutdated(state));
  return {
    get size() {
      return state.open.size;
    },
    open: (request) => openStream(state, request),
    recheck() {
      state.rechecks += 1;
      void recheckAll(state);
    },
    complete() {
      state.rechecks += 1;
      endAll(state);
    },
    drain() {
      state.isDraining = true;
      endAll(state);
    },
  };
}

async function openStream(state: State, request: StreamRequest): Promise<TokenStream> {
  deleteForgotten(state);
  const release = takeSlot(state, request);
  try {
    const stream = await startStream(state, request, release);
    if (state.isDraining) stream.end();
    return stream;
  } catch (error) {
    release();
    throw error;
  }
}

function deleteForgotten({ open, monotonicNow }: State): void {
  for (const [stream, { since }] of open) {
    if (monotonicNow() - since < forgottenAfterMs) return;
    open.delete(stream);
  }
}

/** Takes a slot. @returns a function that releases it @throws `RATE_LIMITED` when there is no free slot */
function takeSlot({ slots, engine }: State, { caller, template }: StreamRequest): () => void {
  const release = slots.take(caller);
  if (release) return release;
  const error = gatewayError('RATE_LIMITED', {
    message: 'Too many subscriptions are open. Close some, or try again later.',
    reason: 'too many subscriptions',
    retryAfter,
  });
  engine.onRefused({ caller, template }, error, 'subscription-limit');
  throw error;
}

async function startStream(state: State, request: StreamRequest, release: () => void): Promise<TokenStream> {
  const { engine, revocations, open, now, monotonicNow } = state;
  const { caller, template, waitUntil, startedAt, signal, onMint, onEnd } = request;
  const sequence = revocations.nextSequence();
  const { rechecks } = state;
  const common = { caller, template, waitUntil, mode: 'cached' } as const;
  const first = await engine.mintToken({ ...common, startedAt, onMint });
  const stream = createTokenStream({
    first,
    renew: (token) =>
      engine.mintToken({
        ...{ ...common, mode: 'renew', held: token },
        startedAt: monotonicNow(),
        onMint: () => {},
      }),
    renewAt: (token) => engine.renewAt(template, token),
    maxLifeMs: lifeOf(state, request, maxLifeMs),
    ...{ now, monotonicNow },
    onEnd(end) {
      release();
      open.delete(stream);
      signal.removeEventListener('abort', onAbort);
      onEnd(end);
    },
  });
  const onAbort = () => void stream.return?.();
  const opened: OpenStream = { caller, template, waitUntil, sequence, since: monotonicNow() };
  open.set(stream, opened);
  if (state.rechecks !== rechecks) void recheck(state, stream, opened);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  if (isOutdated(state, caller, sequence)) stream.end(outdatedError());
  return stream;
}

/**
 * Returns how long a stream may live from now on, in milliseconds. A policy that reads claims of the session token holds only while that token
 * lives.
 */
function lifeOf({ engine, now }: State, { caller, template }: AuditSubject, longestMs: number): number {
  const claimsLife = engine.dependsOnClaims(template) ? caller.expiresAt * 1000 - now() : longestMs;
  return Math.max(0, Math.min(longestMs, claimsLife));
}

function endAll({ open }: State): void {
  for (const stream of [...open.keys()]) stream.end();
}

/** Maximum number of streams that are checked at a time: the policy of each may call a service of the host. */
const recheckedAtOnce = 20;

/** Checks all open streams. Never rejects. */
async function recheckAll(state: State): Promise<void> {
  const { rechecks } = state;
  const streams = [...state.open];
  for (let at = 0; at < streams.length; at += recheckedAtOnce) {
    // A later call checks all of them by newer policies.
    if (state.rechecks !== rechecks) return;
    const some = streams.slice(at, at + recheckedAtOnce);
    await Promise.all(some.map(([stream, request]) => recheck(state, stream, request)));
  }
}

/** Ends a stream that the present policy refuses; otherwise plans its renewal and its end by that policy. Never rejects. */
async function recheck(state: State, stream: TokenStream, request: OpenStream): Promise<void> {
  const { engine, monotonicNow } = state;
  try {
    await engine.requireAuthorized({ ...request, startedAt: monotonicNow() });
    stream.reschedule(lifeOf(state, request, maxLifeMs - (monotonicNow() - request.since)));
  } catch (error) {
    // The next renewal decides where `allow` could not be asked now.
    if (!isUndecided(error)) stream.end(error);
  }
}

function endOutdated(state: State): void {
  for (const [stream, { caller, sequence }] of [...state.open]) {
    if (isOutdated(state, caller, sequence)) stream.end(outdatedError());
  }
}

/** Returns whether a caller was revoked or changed after a sequence number of this process. */
function isOutdated({ revocations }: State, caller: Caller, sequence: number): boolean {
  const moment = { sequence, issuedAt: Number.POSITIVE_INFINITY };
  return revocations.rejects(caller) || revocations.invalidates(caller, moment);
}

function outdatedError(): Error {
  return gatewayError('UNAUTHENTICATED', {
    message: 'The session or its permissions have changed. Refresh the session token and subscribe again.',
    reason: 'session, user, membership or organization was revoked or changed',
  });
}
