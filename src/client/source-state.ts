import { type ElapsedTime, measureElapsedTime } from './elapsed-time.ts';
import { type HeldToken, holdToken } from './held-token.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { GatewayToken, RequestMode } from './post-token-query.ts';
import { requestToken } from './request-token.ts';
import { createRetrySchedule, type RetrySchedule } from './retry-schedule.ts';
import { type CurrentSession, createSessionReader, type SessionReader } from './session-reader.ts';
import { asTokenError, TokenError, type TokenErrorCode } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';
import { withTimeout } from './with-timeout.ts';

/** A request whose token becomes the held one. Calls share it. */
interface PendingRequest {
  /** Its number in the order of calls and requests. A forced request serves calls with a lower number. */
  readonly number: number;
  readonly mode: RequestMode;
  /** Null after a token, the error after a failure, undefined when the request was aborted. Never rejects. */
  readonly outcome: Promise<TokenError | null | undefined>;
  abort(): void;
}

/** The held token, the request for the next one, and the session that they belong to. */
export interface SourceState {
  readonly options: TokenSourceOptions;
  /** The longest time for one request, in milliseconds. */
  readonly requestTimeout: number;
  readonly listeners: Listeners;
  readonly sessions: SessionReader;
  /** Called when it is time to renew the held token. */
  readonly renew: () => void;
  /** The handler of the global event `online`. */
  readonly onOnline: () => void;
  retries: RetrySchedule;
  held: HeldToken | undefined;
  /** Whether the held token was returned to a caller. An unused token is not renewed. */
  used: boolean;
  pending: PendingRequest | undefined;
  /** The highest number of a call or request. */
  lastNumber: number;
  renewalTimer: ReturnType<typeof setTimeout> | undefined;
  disposed: boolean;
}

// After these answers, the held token must not be returned either.
const finalCodes: readonly TokenErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'TEMPLATE_NOT_FOUND'];

// The longest delay of a timer, in milliseconds. A timer with a longer delay fires at once.
const maxTimerMs = 2_147_483_647;

/**
 * Creates the state of a source that holds no token.
 *
 * @param options - the options of the source
 * @param renew - called when it is time to renew the held token
 */
export function createSourceState(options: TokenSourceOptions, renew: () => void): SourceState {
  const { credentials, requestTimeout = 10_000 } = options;
  const state: SourceState = {
    options,
    requestTimeout,
    listeners: createListeners(),
    sessions: createSessionReader(credentials, requestTimeout, () => forgetSession(state)),
    renew,
    // Requests that began offline may hang, and failed ones may succeed now.
    onOnline() {
      abortRequest(state);
      state.retries.endBackoff();
      planRenewal(state);
    },
    retries: createRetrySchedule(),
    held: undefined,
    used: false,
    pending: undefined,
    lastNumber: 0,
    renewalTimer: undefined,
    disposed: false,
  };
  return state;
}

/** Returns the held token of a forced request with at least a number; for 0, any held token. */
export function heldSince({ held }: SourceState, number: number): HeldToken | undefined {
  return held && held.forcedBy >= number ? held : undefined;
}

/** Returns the held token, as `heldSince` does, if it may be used while Clerk's SDK does not confirm the session. */
export function heldUnconfirmed(state: SourceState, number: number): HeldToken | undefined {
  const held = heldSince(state, number);
  return held?.isAlive() && state.sessions.isUnchanged() ? held : undefined;
}

/** Returns the next number for a call or request. */
export function nextNumber(state: SourceState): number {
  state.lastNumber += 1;
  return state.lastNumber;
}

/** Starts a request for the next token. A pending one is aborted. */
export function startRequest(state: SourceState, session: CurrentSession, mode: RequestMode): PendingRequest {
  abortRequest(state);
  const { options, requestTimeout, sessions } = state;
  const number = nextNumber(state);
  const sinceRequest = measureElapsedTime();
  const controller = new AbortController();
  const work = requestToken(options, session, mode, controller.signal, sessions.renew)
    // This read aborts the request if another session is signed in now.
    .finally(async () => {
      const read = await sessions.read();
      return (await read.soon) || sessions.isUnchanged() || read.session;
    });
  const outcome = withTimeout(work, requestTimeout)
    .catch(asTokenError)
    .then((result) => {
      controller.abort();
      if (state.pending !== request) return;
      state.pending = undefined;
      if (result instanceof TokenError) {
        recordFailure(state, result, mode);
        return result;
      }
      hold(state, result, sinceRequest, mode === 'force' ? number : 0);
      planRenewal(state);
      return null;
    });
  const request: PendingRequest = { number, mode, outcome, abort: () => controller.abort() };
  state.pending = request;
  planRenewal(state);
  return request;
}

/** Starts a request in the background, if it is time to renew the held token. */
export function renewIfDue(state: SourceState, session: CurrentSession): void {
  const { pending, held, retries } = state;
  if (!pending && held?.renewInMs() === 0 && retries.renewInMs() === 0)
    startRequest(state, session, 'cached');
}

/** Records a failure, notifies the listeners, and plans the next attempt. */
export function recordFailure(state: SourceState, error: TokenError, mode: RequestMode): void {
  state.retries.recordFailure(error, mode);
  if (finalCodes.includes(error.code)) {
    state.retries = createRetrySchedule();
    drop(state, error);
  } else if (error.code === 'SESSION_CHANGED') {
    // The held token belongs to the session before. The read is retried: that session may return.
    drop(state, error);
  } else {
    state.listeners.notify({ token: state.held?.isAlive() ? state.held.jwt : null, error });
  }
  planRenewal(state);
}

/** Sets the timer of the next renewal. */
export function planRenewal(state: SourceState): void {
  const { held, listeners, onOnline, pending, retries } = state;
  clearTimeout(state.renewalTimer);
  globalThis.removeEventListener?.('online', onOnline);
  if (state.disposed || !(pending || held || retries.isActive())) return;
  // Listens only while a delay can be shortened, so that an unused source can be garbage-collected.
  globalThis.addEventListener?.('online', onOnline);
  // The end of a request plans the renewal.
  if (pending) return;
  const delayMs = Math.max(held?.renewInMs() ?? 0, retries.renewInMs());
  state.renewalTimer = setTimeout(
    () => {
      if (!listeners.isEmpty() || (state.used && state.held?.isUsable())) state.renew();
      else globalThis.removeEventListener?.('online', onOnline);
    },
    Math.min(delayMs, maxTimerMs),
  );
  // In Node.js, the timer keeps no process alive. In a browser, a timer is a number.
  (state.renewalTimer as { unref?(): void }).unref?.();
}

/** Ends the request and the timers, and drops the held token and the listeners. */
export function disposeState(state: SourceState): void {
  state.disposed = true;
  state.listeners.clear();
  abortRequest(state);
  state.held = undefined;
  planRenewal(state);
}

function hold(
  state: SourceState,
  { jwt, expiresIn }: GatewayToken,
  sinceRequest: ElapsedTime,
  forcedBy: number,
): void {
  if (!forcedBy && state.held?.jwt === jwt && state.held.isUsable()) {
    // The gateway is still renewing this token in the background: retry soon.
    state.retries.backOff();
    return;
  }
  state.held = holdToken(jwt, expiresIn, sinceRequest, forcedBy);
  state.used = false;
  state.retries = createRetrySchedule();
  state.listeners.notify({ token: jwt, error: null });
}

function drop(state: SourceState, error: TokenError | null): void {
  state.held = undefined;
  state.listeners.notify({ token: null, error });
}

function forgetSession(state: SourceState): void {
  abortRequest(state);
  state.retries = createRetrySchedule();
  if (state.held) drop(state, null);
}

function abortRequest(state: SourceState): void {
  state.pending?.abort();
  state.pending = undefined;
}
