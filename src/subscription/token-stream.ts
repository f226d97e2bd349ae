import { errorCode, type GatewayErrorCode } from '../errors.ts';
import type { MintedToken } from '../mint/minted-token.ts';
import { unref } from '../time/unref.ts';

/** An event of a subscription: a token, or the error that ends the stream. */
export type TokenEvent =
  | { readonly kind: 'token'; readonly token: MintedToken }
  | { readonly kind: 'error'; readonly error: unknown };

/** The tokens of one subscription, one after the other. It ends after an error, after `return`, and after `end`. */
export interface TokenStream extends AsyncIterableIterator<TokenEvent> {
  /** Ends the stream. @param error - the last event; without one the stream just completes, and the client may subscribe again */
  end(error?: unknown): void;
  /** Plans the next renewal and the end of the stream again, because the policy may have changed. @param lifeMs - from now on, in milliseconds */
  reschedule(lifeMs: number): void;
}

interface TokenStreamOptions {
  /** The first token of the stream. */
  first: MintedToken;
  /** Returns the successor of a token; the same token while Clerk yields no other. */
  renew: (token: MintedToken) => Promise<MintedToken>;
  /** Returns when a token is to be renewed, in seconds since the epoch. */
  renewAt: (token: MintedToken) => number;
  /** Longest life of the stream, in milliseconds. */
  maxLifeMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
  /** Called once, when the stream has ended. */
  onEnd: (end: StreamEnd) => void;
}

/** The end of a stream. */
export interface StreamEnd {
  /** Tokens that the subscriber received. */
  tokens: number;
  /** The error that ended the stream, if any. */
  error?: unknown;
}

interface State extends Omit<TokenStreamOptions, 'first'> {
  /** The first token until it is delivered: a stream of minutes keeps only its last one. */
  first: MintedToken | undefined;
  /** The token that was delivered last. */
  last: MintedToken;
  /** When it was delivered, on the monotonic clock in milliseconds. */
  lastAt: number;
  /** Tokens delivered so far. */
  tokens: number;
  /** Set when the stream has ended. */
  ended: { readonly error?: unknown } | undefined;
  isErrorDelivered: boolean;
  /** Ends the current wait. */
  wake: () => void;
  /** Ends the pause before the next renewal, whose time is then computed again. */
  endPause: () => void;
  lifeTimer: ReturnType<typeof setTimeout> | undefined;
  startTimer: ReturnType<typeof setTimeout> | undefined;
}

/** Longest time before a failed renewal is tried again, in milliseconds. */
const maxRetryMs = 10_000;
/** Longest wait for the first read, in milliseconds: the response may be refused after the stream was opened. */
const startWithinMs = 10_000;
/** Shortest time between two tokens or two attempts, in milliseconds, even when the wall clock jumps. */
const minIntervalMs = 1_000;

/** Codes of errors that may be gone at the next attempt. */
const transientCodes: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
] satisfies GatewayErrorCode[]);

const done = { done: true, value: undefined } as const;

/**
 * Creates a stream of a token and its successors. It renews the token only when the subscriber wants the next event, so that a slow
 * subscriber gets the latest token and never a queue of old ones.
 */
export function createTokenStream(options: TokenStreamOptions): TokenStream {
  const state: State = {
    ...options,
    ...{ last: options.first, lastAt: 0, tokens: 0, ended: undefined, isErrorDelivered: false },
    ...{ wake: () => {}, endPause: () => {}, lifeTimer: undefined, startTimer: undefined },
  };
  startLife(state, options.maxLifeMs);
  state.startTimer = setTimeout(() => end(state), startWithinMs);
  unref(state.startTimer);
  let latestEvent: Promise<unknown> = Promise.resolve();

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      clearTimeout(state.startTimer);
      state.startTimer = undefined;
      const event = latestEvent.then(() => nextEvent(state));
      latestEvent = event;
      return event;
    },
    async return() {
      state.isErrorDelivered = true;
      end(state);
      return done;
    },
    end: (error) => end(state, error),
    reschedule(lifeMs) {
      if (state.ended) return;
      startLife(state, lifeMs);
      state.endPause();
    },
  };
}

/** Ends the stream after some time, and not after a time that was set earlier. */
function startLife(state: State, lifeMs: number): void {
  clearTimeout(state.lifeTimer);
  state.lifeTimer = setTimeout(() => end(state), lifeMs);
  unref(state.lifeTimer);
}

async function nextEvent(state: State): Promise<IteratorResult<TokenEvent>> {
  if (state.ended) return lastEvent(state);
  try {
    const token = state.first ? await firstToken(state, state.first) : await successorOf(state, state.last);
    if (state.ended) return lastEvent(state);
    state.first = undefined;
    state.last = token;
    state.lastAt = state.monotonicNow();
    state.tokens += 1;
    return { done: false, value: { kind: 'token', token } };
  } catch (error) {
    end(state, error);
    return lastEvent(state);
  }
}

/** Returns the error that has ended the stream, once; afterwards `done`. */
function lastEvent(state: State): IteratorResult<TokenEvent> {
  if (state.isErrorDelivered || state.ended?.error === undefined) return done;
  state.isErrorDelivered = true;
  return { done: false, value: { kind: 'error', error: state.ended.error } };
}

function end(state: State, error?: unknown): void {
  if (state.ended) return;
  state.ended = error === undefined ? {} : { error };
  clearTimeout(state.lifeTimer);
  clearTimeout(state.startTimer);
  state.wake();
  state.onEnd({ tokens: state.tokens, ...state.ended });
}

/** Returns the first token, or its successor when the first read comes after the time of its renewal. */
async function firstToken(state: State, token: MintedToken): Promise<MintedToken> {
  if (state.now() < state.renewAt(token) * 1000) return token;
  return (await waitUnlessEnded(state, renewOrKeep(state, token))) ?? token;
}

/** Waits until the renewal of a token, and returns its successor; the same token when the stream ends earlier. */
async function successorOf(state: State, token: MintedToken): Promise<MintedToken> {
  const { now } = state;
  let wait = timeUntilRenewal(state, token);
  while (!state.ended) {
    const isDue = await pause(state, wait);
    if (state.ended) break;
    if (!isDue) {
      wait = timeUntilRenewal(state, token);
      continue;
    }
    const next = await waitUnlessEnded(state, renewOrKeep(state, token));
    if (next && next.jwt !== token.jwt) return next;
    wait = Math.max(minIntervalMs, Math.min(maxRetryMs, (token.expiresAt * 1000 - now()) / 2));
  }
  return token;
}

function timeUntilRenewal({ now, monotonicNow, renewAt, lastAt }: State, token: MintedToken): number {
  // Both may be over after a reload that lets tokens be renewed earlier.
  return Math.max(0, renewAt(token) * 1000 - now(), lastAt + minIntervalMs - monotonicNow());
}

/** Renews a token; returns the same one after a transient error while it has not expired. */
async function renewOrKeep({ renew, now }: State, token: MintedToken): Promise<MintedToken> {
  try {
    return await renew(token);
  } catch (error) {
    if (transientCodes.has(errorCode(error)) && now() < token.expiresAt * 1000) return token;
    throw error;
  }
}

/** Waits for some time, until the stream ends, or until `endPause` is called. @returns whether the time has passed */
function pause(state: State, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), milliseconds);
    unref(timer);
    state.wake = () => {
      clearTimeout(timer);
      resolve(false);
    };
    state.endPause = state.wake;
    if (state.ended) state.wake();
  });
}

/** Returns the result of a promise, or `undefined` when the stream ends earlier. */
function waitUnlessEnded<T>(state: State, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    state.wake = () => resolve(undefined);
    promise.then(resolve, reject);
  });
}
