import type { CurrentToken } from './current-token.ts';
import type { SessionNow } from './session-reader.ts';
import { startStopwatch } from './stopwatch.ts';
import { asTokenError, TokenError } from './token-error.ts';
import { within } from './within.ts';

/** One call of `getToken`, or one that the source makes itself, to renew. */
export interface Call {
  /** Its place among calls and flights: see `Flying`. */
  readonly number: number;
  /** Only a token that is minted after it will do. */
  readonly forced: boolean;
  /** The source's own: it does not count as use. */
  readonly behind: boolean;
  /** Nobody waits for it any more. */
  over?: boolean;
  /** Runs while it waits until the gateway may be asked. */
  timer?: ReturnType<typeof setTimeout>;
}

// Sessions that change all the time, or refusals that name a second each time, come to an end.
const mostFlights = 5;

// In milliseconds, for a request while a token is held that is nearly over.
const longestWait = 2000;

/**
 * Answers one call. The session is read before and after each request, so that no token goes to another session than it was got for.
 *
 * @param current - what is held and under way
 * @param call - who asks for what
 * @param maxWait - milliseconds that may be waited until the gateway may be asked again
 * @throws TokenError when there is no token to be had
 */
export async function answerCall(current: CurrentToken, call: Call, maxWait: number): Promise<string | null> {
  const since = startStopwatch();
  const { forced } = call;
  const oldest = forced ? call.number : 0;
  let asked: string | undefined;
  let failed: TokenError | undefined;
  // Once the gateway has had its say, a token that is nearly over is better than none.
  let landed = false;

  for (let flights = 0; flights < mostFlights; ) {
    const reading = await current.readSession();
    let session: SessionNow | TokenError | undefined = await reading.soon;
    if (!session && (call.behind || !current.heldUnconfirmed(oldest))) {
      session = await reading.session.catch(asTokenError);
    }
    if (call.over) return null;
    if (!session || session instanceof TokenError) {
      if (session) current.fail(session, false);
      const unconfirmed = current.heldUnconfirmed(oldest);
      if (!unconfirmed) throw session;
      if (flights === 0 && !call.behind) current.use();
      reading.session.then(current.renewWhenDue, () => {});
      return unconfirmed.jwt;
    }

    const pauses = current.pauses();
    const held = current.heldSince(oldest);
    if (session.identity === null) return null;
    if (session.identity !== asked) {
      asked = session.identity;
      landed = false;
      failed = undefined;
    }

    if (held && (landed ? held.alive() : held.usable())) {
      if (flights === 0 && !call.behind) current.use();
      current.renewWhenDue(session);
      return held.jwt;
    }
    // Where the gateway said when to ask again, its gate is looked at below: that for fresh tokens holds up no others.
    if (failed && failed.retryAfter === undefined) throw failed;

    const { left, code } = pauses.gate(forced);
    const wait = left();
    if (wait > 0) {
      if (held?.alive()) return held.jwt;
      if (since.awake() + wait > maxWait) {
        throw new TokenError(code, `The gateway answered ${code}.`, { retryAfter: Math.ceil(wait / 1000) });
      }
      await new Promise((resolve) => {
        call.timer = setTimeout(resolve, wait);
      });
      if (call.over) return null;
      continue;
    }

    flights += 1;
    const flying = current.flying();
    const tooOld = forced && flying?.fresh && flying.number < call.number;
    const joined = flying && (flying.fresh || !forced) ? flying : current.launch(session, forced);
    // A held token that outlasts the wait is handed out after it: the gateway may hang.
    const error = await (held?.alive(longestWait)
      ? within(longestWait, joined.settled).catch(asTokenError)
      : joined.settled);
    if (call.over) return null;
    if (error === undefined || tooOld) continue;
    landed = true;
    failed = error ?? undefined;
  }
  throw failed ?? new TokenError('UNAUTHENTICATED', 'The session keeps changing.');
}
