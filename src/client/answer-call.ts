import { measureElapsedTime } from './elapsed-time.ts';
import type { HeldToken } from './held-token.ts';
import type { RequestMode } from './post-token-query.ts';
import type { CurrentSession, SessionRead } from './session-reader.ts';
import {
  heldSince,
  heldUnconfirmed,
  recordFailure,
  renewIfDue,
  type SourceState,
  startRequest,
} from './source-state.ts';
import { asTokenError, TokenError } from './token-error.ts';
import { withTimeout } from './with-timeout.ts';

/** One call of `getToken`, or one that the source makes in the background to renew its token. */
export interface Call {
  /** Its number in the order of calls and requests: see `PendingRequest`. */
  readonly number: number;
  /** `force` accepts only a token that is minted after the call. */
  readonly mode: RequestMode;
  /** Whether the source itself makes the call, which does not count as a use of the token. */
  readonly background: boolean;
  /** Set when the caller no longer waits. */
  settled?: boolean;
  /** Runs while the call waits for the end of throttling. */
  timer?: ReturnType<typeof setTimeout>;
}

// Ends calls whose session keeps changing, or that are throttled repeatedly.
const maxRequests = 5;

// The longest wait for a request while a held token is about to expire, in milliseconds.
const maxWaitBesideHeldMs = 2000;

/**
 * Answers one call. It reads the session before and after each request, so that a token goes only to the session that it was requested for.
 *
 * @param maxWait - the longest time to wait for the end of throttling, in milliseconds
 * @returns the token; null when no session is signed in
 * @throws TokenError when no token is available
 */
export async function answerCall(state: SourceState, call: Call, maxWait: number): Promise<string | null> {
  const elapsed = measureElapsedTime();
  const oldest = call.mode === 'force' ? call.number : 0;
  let identity: string | undefined;
  let error: TokenError | undefined;
  // After an answer of the gateway, a token that is about to expire is better than none.
  let answered = false;

  for (let requests = 0; requests < maxRequests; ) {
    const read = await state.sessions.read();
    const session = await awaitSession(state, call, oldest, read);
    if (call.settled) return null;
    if (!session || session instanceof TokenError) {
      if (session) recordFailure(state, session, 'cached');
      const unconfirmed = heldUnconfirmed(state, oldest);
      if (!unconfirmed) throw session;
      read.session.then(
        (confirmed) => renewIfDue(state, confirmed),
        () => {},
      );
      if (requests === 0) recordUse(state, call);
      return unconfirmed.jwt;
    }
    if (session.identity === null) return null;
    if (session.identity !== identity) {
      identity = session.identity;
      answered = false;
      error = undefined;
    }

    const held = heldSince(state, oldest);
    if (held && (answered ? held.isAlive() : held.isUsable())) {
      if (requests === 0) recordUse(state, call);
      renewIfDue(state, session);
      return held.jwt;
    }
    // A `retryAfter` is handled below, because that of forced requests does not delay ordinary ones.
    if (error && error.retryAfter === undefined) throw error;

    const { code, retryInMs } = state.retries.throttle(call.mode);
    const waitMs = retryInMs();
    if (waitMs > 0) {
      if (held?.isAlive()) return held.jwt;
      if (elapsed.monotonicMs() + waitMs > maxWait) {
        throw new TokenError(code, `The gateway answered ${code}.`, { retryAfter: Math.ceil(waitMs / 1000) });
      }
      await waitUntilAllowed(call, waitMs);
      if (call.settled) return null;
      continue;
    }

    requests += 1;
    const outcome = await joinOrStartRequest(state, call, session, held);
    if (call.settled) return null;
    if (outcome === undefined) continue;
    answered = true;
    error = outcome ?? undefined;
  }
  throw error ?? new TokenError('UNAUTHENTICATED', 'The session keeps changing.');
}

/** Waits for the session. If a held token may be returned without it, waits at most 250 ms and returns undefined. */
async function awaitSession(
  state: SourceState,
  call: Call,
  oldest: number,
  read: SessionRead,
): Promise<CurrentSession | TokenError | undefined> {
  const session = await read.soon;
  if (session || (!call.background && heldUnconfirmed(state, oldest))) return session;
  return read.session.catch(asTokenError);
}

function recordUse(state: SourceState, call: Call): void {
  if (!call.background) state.used = true;
}

function waitUntilAllowed(call: Call, ms: number): Promise<void> {
  return new Promise((resolve) => {
    call.timer = setTimeout(resolve, ms);
  });
}

/** Waits for the pending request or starts one. @returns null after a token, the error after a failure, undefined to try again */
async function joinOrStartRequest(
  state: SourceState,
  call: Call,
  session: CurrentSession,
  held: HeldToken | undefined,
): Promise<TokenError | null | undefined> {
  const { pending } = state;
  const isForced = call.mode === 'force';
  const canJoin = pending && (pending.mode === 'force' || !isForced);
  const { outcome } = canJoin ? pending : startRequest(state, session, call.mode);
  // The gateway may hang. A held token that is still alive after the wait is then returned.
  const result = await (held?.isAlive(maxWaitBesideHeldMs)
    ? withTimeout(outcome, maxWaitBesideHeldMs).catch(asTokenError)
    : outcome);
  // A forced request that began before the call does not serve it.
  return canJoin && isForced && pending.number < call.number ? undefined : result;
}
