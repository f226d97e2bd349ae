import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { AuditSubject } from '../mint/audit.ts';
import type { MintEngine } from '../mint/mint-engine.ts';
import type { Revocations } from '../revocation/revocations.ts';
import { createSlots, type Slots } from './slots.ts';
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
  /** Ends all streams, and every stream that is opened later. Their clients subscribe again, at another process. */
  drain(): void;
}

interface TokenStreamsOptions {
  engine: Pick<MintEngine, 'mintToken' | 'renewAt' | 'dependsOnClaims' | 'onRefused'>;
  revocations: Pick<Revocations, 'nextSequence' | 'rejects' | 'invalidates' | 'watch'>;
  /** Maximum number of open streams. */
  limit: number;
  /**
   * Maximum number of open streams of one session. One user may have a quarter of `limit`, or as many as a session where that is more, but at
   * most half of `limit`.
   */
  sessionLimit: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

interface State extends TokenStreamsOptions {
  readonly slots: Slots;
  readonly open: Map<TokenStream, OpenStream>;
  isDraining: boolean;
}

interface OpenStream {
  readonly caller: Caller;
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
  const { limit, sessionLimit, monotonicNow, revocations } = options;
  const slots = createSlots({ limit, sessionLimit, maxAgeMs: forgottenAfterMs, monotonicNow });
  const state: State = { ...options, slots, open: new Map(), isDraining: false };
  revocations.watch(() => endOutdated(state));
  return {
    get size() {
      return state.open.size;
    },
    open: (request) => openStream(state, request),
    drain() {
      state.isDraining = true;
      for (const stream of [...state.open.keys()]) stream.end();
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
    maxLifeMs: lifeOf(state, request),
    ...{ now, monotonicNow },
    onEnd(end) {
      release();
      open.delete(stream);
      signal.removeEventListener('abort', onAbort);
      onEnd(end);
    },
  });
  const onAbort = () => void stream.return?.();
  open.set(stream, { caller, sequence, since: monotonicNow() });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  if (isOutdated(state, caller, sequence)) stream.end(outdatedError());
  return stream;
}

/** Returns the longest life of a stream, in milliseconds. A policy that reads claims of the session token holds only while that token lives. */
function lifeOf({ engine, now }: State, { caller, template }: StreamRequest): number {
  const claimsLife = engine.dependsOnClaims(template) ? caller.expiresAt * 1000 - now() : maxLifeMs;
  return Math.max(0, Math.min(maxLifeMs, claimsLife));
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
