import type { Caller } from '../auth/caller.ts';
import { gatewayError } from '../errors.ts';
import type { AuditSubject } from '../mint/audit.ts';
import type { MintEngine } from '../mint/mint-engine.ts';
import type { Revocations } from '../revocation/revocations.ts';
import { createSlots } from './slots.ts';
import { createTokenStream, type StreamEnd, type TokenStream } from './token-stream.ts';

/** One wish for a stream of tokens. */
export interface StreamRequest extends AuditSubject {
  /** When the request came in, by the clock of `monotonicNow`. */
  began: number;
  /** Ends the stream: the subscriber has gone. */
  signal: AbortSignal;
  /** Called for each call that goes to Clerk while the request waits for its first token. */
  onMint: () => void;
  /** Told once, when the stream has ended. */
  onEnd: (end: StreamEnd) => void;
}

/** The streams that are open. */
export interface TokenStreams {
  /** How many there are. */
  readonly size: number;
  /** Opens one. @throws the gateway's errors: the policy says no, there is no first token, too many streams are open */
  open(request: StreamRequest): Promise<TokenStream>;
  /** Ends all, and every one that is opened from now on: their subscribers come back, to another process. */
  drain(): void;
}

export interface TokenStreamsOptions {
  engine: Pick<MintEngine, 'mintToken' | 'renewAt' | 'dependsOnClaims' | 'onRefused'>;
  revocations: Pick<Revocations, 'tick' | 'refuses' | 'voids' | 'watch'>;
  /** Most streams at once. */
  limit: number;
  /** Most streams at once of one session; one user may have a quarter of all or as many, and half of all at most. */
  sessionLimit: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/**
 * How long a stream may last, in milliseconds. Whoever subscribes again shows a fresh session token; until then, that Clerk
 * goes on minting for the session is what shows that it is alive.
 */
const longestLife = 15 * 60 * 1000;

const aMinute = 60_000;

/** Seconds after which those who find no place may try again. */
const retryAfter = 10;

/** What a subscriber is told when something that Clerk knows of the caller has changed. */
function outdated(): Error {
  return gatewayError('UNAUTHENTICATED', {
    message: 'The session, or what it may do, has changed. Refresh the session token and subscribe again.',
    reason: 'session, user, membership or organization was taken back or has changed',
  });
}

/** Opens streams of tokens, and ends them when their callers are no longer who they were. */
export function createTokenStreams(options: TokenStreamsOptions): TokenStreams {
  const { engine, revocations, now, monotonicNow } = options;
  const places = createSlots({ ...options, longest: longestLife + aMinute });
  const open = new Map<TokenStream, { caller: Caller; order: number; since: number }>();
  let draining = false;

  revocations.watch(() => {
    for (const [stream, { caller, order }] of [...open])
      if (isOutdated(caller, order)) stream.end(outdated());
  });

  /** Whether anything about a caller was taken back, or has changed, after an order. */
  function isOutdated(caller: Caller, order: number): boolean {
    const moment = { order, issuedAt: Number.POSITIVE_INFINITY };
    return revocations.refuses(caller) || revocations.voids(caller, moment);
  }

  /** Some runtimes end a stream with its client and without a word: its timers never come. */
  function clearForgotten(): void {
    for (const [stream, { since }] of open) {
      if (monotonicNow() - since < longestLife + aMinute) return;
      open.delete(stream);
    }
  }

  function takePlace({ caller, template }: StreamRequest): () => void {
    const leave = places.take(caller);
    if (leave) return leave;
    const error = gatewayError('RATE_LIMITED', {
      message: 'Too many subscriptions are open. Close some, or try again later.',
      reason: 'too many subscriptions',
      retryAfter,
    });
    engine.onRefused({ caller, template }, error, 'subscription-limit');
    throw error;
  }

  async function begin(request: StreamRequest, leave: () => void): Promise<TokenStream> {
    const { caller, template, waitUntil, began, signal, onMint, onEnd } = request;
    const order = revocations.tick();
    const wish = { caller, template, waitUntil };
    const first = await engine.mintToken({ ...wish, mode: 'cached', startedAt: began, onMint });
    const claimsLife = engine.dependsOnClaims(template) ? caller.expiresAt * 1000 - now() : longestLife;
    const stream = createTokenStream({
      first,
      renew: (token) =>
        engine.mintToken({
          ...wish,
          mode: 'renew',
          held: token,
          startedAt: monotonicNow(),
          onMint: () => {},
        }),
      renewalOf: (token) => engine.renewAt(template, token),
      life: Math.max(0, Math.min(longestLife, claimsLife)),
      ...{ now, monotonicNow },
      onEnd(end) {
        leave();
        open.delete(stream);
        signal.removeEventListener('abort', onAbort);
        onEnd(end);
      },
    });
    const onAbort = () => void stream.return?.();
    open.set(stream, { caller, order, since: monotonicNow() });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    if (isOutdated(caller, order)) stream.end(outdated());
    return stream;
  }

  return {
    get size() {
      return open.size;
    },
    async open(request) {
      clearForgotten();
      const leave = takePlace(request);
      try {
        const stream = await begin(request, leave);
        if (draining) stream.end();
        return stream;
      } catch (error) {
        leave();
        throw error;
      }
    },
    drain() {
      draining = true;
      for (const stream of [...open.keys()]) stream.end();
    },
  };
}
