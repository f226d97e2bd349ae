import { errorCode, type GatewayErrorCode } from '../errors.ts';
import type { MintedToken } from '../mint/minted-token.ts';
import { unref } from '../time/unref.ts';

/** What a subscriber is told: a token, or why there is no further one, which ends the stream. */
export type TokenEvent =
  | { readonly kind: 'token'; readonly token: MintedToken }
  | { readonly kind: 'error'; readonly error: unknown };

/** The tokens of one subscription, one after the other. It has ended after an error, after `return`, and after `end`. */
export interface TokenStream extends AsyncIterableIterator<TokenEvent> {
  /** Ends it. @param error - told to the subscriber; without one it is a plain end, after which he may come back */
  end(error?: unknown): void;
}

export interface TokenStreamOptions {
  /** The token that the subscriber gets at once. */
  first: MintedToken;
  /** Gives the token that takes the place of another; the same one while there is no other. */
  renew: (token: MintedToken) => Promise<MintedToken>;
  /** When a token is to be renewed, in seconds since the epoch. */
  renewalOf: (token: MintedToken) => number;
  /** How long it may last, in milliseconds. */
  life: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
  /** Told once, when it has ended. */
  onEnd: (end: StreamEnd) => void;
}

/** How a stream ended. */
export interface StreamEnd {
  /** Tokens that the subscriber was given. */
  tokens: number;
  /** Why, where it did not end plainly. */
  error?: unknown;
}

/** How long to wait for another try when a token could not be renewed, in milliseconds. */
const retryPause = 10_000;
/** How long a stream waits for someone to read it, in milliseconds: an answer may be refused after it was opened. */
const startWithin = 10_000;
/** The shortest time between two tokens, or two tries, in milliseconds: whatever the clocks say, nobody asks in a circle. */
const leastPause = 1_000;

/** Codes of failures that may be over at the next try. */
const passing: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
] satisfies GatewayErrorCode[]);

/** What is handed to a subscriber that is no longer there. */
const done = { done: true, value: undefined } as const;

/**
 * Makes a stream that gives a token, and its successor whenever it is time to renew it. A token is asked for only when the
 * subscriber wants the next event: one that reads slowly gets the latest token, and never a queue of old ones.
 */
export function createTokenStream(options: TokenStreamOptions): TokenStream {
  const { first, renew, renewalOf, now, monotonicNow, onEnd } = options;
  let last: MintedToken | undefined;
  let lastAt = 0;
  let tokens = 0;
  let ended: { error?: unknown } | undefined;
  let wake = () => {};
  const lifetime = setTimeout(() => end(), options.life);
  unref(lifetime);
  const start = setTimeout(() => end(), startWithin);
  unref(start);

  function end(error?: unknown): void {
    if (ended) return;
    ended = error === undefined ? {} : { error };
    clearTimeout(lifetime);
    clearTimeout(start);
    wake();
    onEnd({ tokens, ...ended });
  }

  /** Waits, unless the stream ends meanwhile. */
  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      unref(timer);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (ended) wake();
    });
  }

  async function successor(token: MintedToken): Promise<MintedToken> {
    let wait = Math.max(renewalOf(token) * 1000 - now(), lastAt + leastPause - monotonicNow());
    while (!ended) {
      await pause(wait);
      if (ended) break;
      const next = await untilEnd(renewed(token));
      if (next && next.jwt !== token.jwt) return next;
      wait = Math.max(leastPause, Math.min(retryPause, (token.expiresAt * 1000 - now()) / 2));
    }
    return token;
  }

  /** The successor of a token, or itself: as long as it lives, a failure to renew it is no reason to end. */
  async function renewed(token: MintedToken): Promise<MintedToken> {
    try {
      return await renew(token);
    } catch (error) {
      if (passing.has(errorCode(error)) && now() < token.expiresAt * 1000) return token;
      throw error;
    }
  }

  /** What is asked for, or undefined when the stream ends before it is there. */
  function untilEnd<T>(asked: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      wake = () => resolve(undefined);
      asked.then(resolve, reject);
    });
  }

  let errorTold = false;
  /** The last event of a stream that has ended. */
  function lastEvent(): IteratorResult<TokenEvent> {
    if (errorTold || ended?.error === undefined) return done;
    errorTold = true;
    return { done: false, value: { kind: 'error', error: ended.error } };
  }

  async function next(): Promise<IteratorResult<TokenEvent>> {
    if (ended) return lastEvent();
    try {
      const token = last === undefined ? await current(first) : await successor(last);
      if (ended) return lastEvent();
      last = token;
      lastAt = monotonicNow();
      tokens += 1;
      return { done: false, value: { kind: 'token', token } };
    } catch (error) {
      end(error);
      return lastEvent();
    }
  }

  /** The first token, or its successor where the subscriber has taken his time. */
  async function current(token: MintedToken): Promise<MintedToken> {
    return now() < renewalOf(token) * 1000 ? token : ((await untilEnd(renewed(token))) ?? token);
  }

  let turn: Promise<unknown> = Promise.resolve();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      clearTimeout(start);
      const event = turn.then(next);
      turn = event;
      return event;
    },
    async return() {
      errorTold = true;
      end();
      return done;
    },
    end,
  };
}
