import type { Answered } from './ask-gateway.ts';
import { type HeldToken, holdToken } from './held-token.ts';
import type { Listeners } from './listeners.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { requestToken } from './request-token.ts';
import { type Reading, type SessionNow, sessionReader } from './session-reader.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import { asTokenError, TokenError, type TokenErrorCode } from './token-error.ts';
import type { TokenSourceOptions } from './token-source-options.ts';
import { within } from './within.ts';

/** A request whose token becomes the held one. */
export interface Flying {
  /** Its place among calls and flights: a fresh one serves those who had called before it began. */
  readonly number: number;
  readonly fresh: boolean;
  /** What it failed of; null when it brought a token, undefined when it was given up. Never rejects. */
  readonly settled: Promise<TokenError | null | undefined>;
  giveUp(): void;
}

/** The token that a source holds, the request for the next one, and whose they are. */
export interface CurrentToken {
  /** The held token, if a fresh flight after that number brought it; after 0, any. */
  heldSince(number: number): HeldToken | undefined;
  /** The same, if it may be handed out while Clerk's SDK does not say who is signed in. */
  heldUnconfirmed(number: number): HeldToken | undefined;
  flying(): Flying | undefined;
  pauses(): Pauses;
  /** Reads the session. Drops everything when it is another one than before. */
  readSession(): Promise<Reading>;
  /** Starts a request; one that is under way is given up. */
  launch(session: SessionNow, fresh: boolean): Flying;
  /** Starts one behind the held token, if it is time. */
  renewWhenDue(session: SessionNow): void;
  /** Takes note of a failure, tells of it, and sets the time of the next attempt. */
  fail(error: TokenError, fresh: boolean): void;
  /** Says that somebody wants the held token: it will be renewed. */
  use(): void;
  /** Sets the time of the next renewal. */
  plan(): void;
  /** Numbers calls and flights. */
  nextNumber(): number;
  end(): void;
}

// After these a held token is not good either.
const final: readonly TokenErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'TEMPLATE_NOT_FOUND'];

// A timer of more than 31 bits goes off at once.
const longestTimer = 2_147_483_647;

/**
 * Nothing is held yet.
 *
 * @param options - as given to the source
 * @param listeners - told of every change
 * @param renew - called when it is time for the next token
 */
export function createCurrentToken(
  options: TokenSourceOptions,
  listeners: Listeners,
  renew: () => void,
): CurrentToken {
  const { credentials, requestTimeout = 10_000 } = options;
  let pauses = createPauses();
  let held: HeldToken | undefined;
  // An app that sleeps renews nothing.
  let used = false;
  let flying: Flying | undefined;
  let numbers = 0;
  let ended = false;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  const sessions = sessionReader(credentials, requestTimeout, () => {
    giveUp();
    pauses = createPauses();
    if (held) drop(null);
  });

  function giveUp(): void {
    flying?.giveUp();
    flying = undefined;
  }

  /** The network is back: what has begun before may never end, and what has failed is tried again. */
  function online(): void {
    giveUp();
    pauses.resume();
    plan();
  }

  function drop(error: TokenError | null): void {
    held = undefined;
    listeners.tell({ token: null, error });
  }

  function hold({ jwt, expiresIn }: Answered, since: Stopwatch, fresh: number): void {
    if (!fresh && held?.jwt === jwt && held.usable()) {
      // The next one is on its way there.
      pauses.backOff();
      return;
    }
    held = holdToken(jwt, expiresIn, since, fresh);
    used = false;
    pauses = createPauses();
    listeners.tell({ token: jwt, error: null });
  }

  function fail(error: TokenError, fresh: boolean): void {
    pauses.failed(error, fresh);
    if (final.includes(error.code)) {
      pauses = createPauses();
      drop(error);
    } else listeners.tell({ token: held?.alive() ? held.jwt : null, error });
    plan();
  }

  function plan(): void {
    clearTimeout(renewal);
    globalThis.removeEventListener?.('online', online);
    if (ended || !(flying || held || pauses.some())) return;
    // Only as long as something can be cut short: a source that nobody uses can be collected.
    globalThis.addEventListener?.('online', online);
    // A flight plans when it has landed.
    if (flying) return;
    const wait = Math.max(held?.untilDue() ?? 0, pauses.untilRenewal());
    renewal = setTimeout(
      () => {
        if (listeners.some() || (used && held?.usable())) renew();
        else globalThis.removeEventListener?.('online', online);
      },
      Math.min(wait, longestTimer),
    );
    // Where there are processes, it keeps none alive. A browser's timer is a number.
    (renewal as { unref?(): void }).unref?.();
  }

  function nextNumber(): number {
    numbers += 1;
    return numbers;
  }

  function launch(session: SessionNow, fresh: boolean): Flying {
    giveUp();
    const number = nextNumber();
    const since = startStopwatch();
    const controller = new AbortController();
    const { signal } = controller;
    const request = requestToken(options, session, fresh, signal, sessions.renew)
      // Another session by now: this flight is given up here.
      .finally(async () => {
        const reading = await sessions.read();
        return (await reading.soon) || sessions.unchanged() || reading.session;
      });
    const settled = within(requestTimeout, request)
      .catch(asTokenError)
      .then((result) => {
        controller.abort();
        if (flying !== mine) return;
        flying = undefined;
        if (result instanceof TokenError) {
          fail(result, fresh);
          return result;
        }
        hold(result, since, fresh ? number : 0);
        plan();
        return null;
      });
    const mine: Flying = { number, fresh, settled, giveUp: () => controller.abort() };
    flying = mine;
    plan();
    return mine;
  }

  const heldSince = (number: number) => (held && held.fresh >= number ? held : undefined);

  return {
    heldSince,
    heldUnconfirmed(number) {
      const token = heldSince(number);
      return token?.alive() && sessions.unchanged() ? token : undefined;
    },
    flying: () => flying,
    pauses: () => pauses,
    readSession: sessions.read,
    launch,
    renewWhenDue(session) {
      if (!flying && held?.untilDue() === 0 && pauses.untilRenewal() === 0) launch(session, false);
    },
    nextNumber,
    fail,
    use: () => {
      used = true;
    },
    plan,
    end() {
      ended = true;
      giveUp();
      held = undefined;
      plan();
    },
  };
}
