import { sessionIdentity } from './session-identity.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import type { TokenSourceOptions } from './token-source-options.ts';
import { within } from './within.ts';

/** The signed-in session, as far as the source knows. */
export interface SessionNow {
  /** Differs from session to session; null when nobody is signed in. */
  identity: string | null;
  /** The session token; undefined with cookies. */
  bearer?: string | undefined;
}

/** One read of the session. */
export interface Reading {
  /** What Clerk's SDK answers within the timeout. */
  session: Promise<SessionNow>;
  /** The same, or undefined when the SDK fails or takes longer than `patience`. Never rejects. */
  soon: Promise<SessionNow | undefined>;
}

/** Reads the session. Of several reads the last one begun counts, in whatever order they end. */
export interface SessionReader {
  /** Reads the session as it is after this call. Calls of one moment share one read. */
  read(): Promise<Reading>;
  /** Asks Clerk's SDK for a new session token, past its cache. */
  renew(): Promise<SessionNow>;
  /** Whether the session that was read last can be taken for the current one while the SDK does not answer. */
  unchanged(): boolean;
}

// In milliseconds. A call with a held token waits so long for the SDK, and the next read so long for one that hangs.
const patience = 250;
// In milliseconds, as long as a session token lives.
const longestTrust = 60_000;

/**
 * Makes a reader of the session.
 *
 * @param credentials - as given to the source
 * @param timeout - how long one read may take, in milliseconds
 * @param onChange - called when another session, or nobody, is signed in
 */
export function sessionReader(
  credentials: TokenSourceOptions['credentials'],
  timeout: number,
  onChange: () => void,
): SessionReader {
  let begun = 0;
  let now: (SessionNow & { number: number; since: Stopwatch; name: unknown }) | undefined;
  let latest: Promise<unknown> = Promise.resolve();
  let next: Promise<Reading> | undefined;

  async function ask(skipCache: boolean, tries = 2): Promise<SessionNow> {
    if (typeof credentials === 'string') return { identity: credentials };
    begun += 1;
    const number = begun;
    const since = startStopwatch();
    const name = credentials.identity?.();
    const bearer = await credentials.getToken({ skipCache });
    if (tries > 1 && credentials.identity?.() !== name) return ask(skipCache, tries - 1);
    const before = now;
    if (before && number < before.number) return before;
    now = {
      identity: bearer ? sessionIdentity(bearer) : null,
      bearer: bearer || undefined,
      number,
      since,
      name,
    };
    if (before && before.identity !== now.identity) onChange();
    return now;
  }

  return {
    read() {
      next ??= latest.then(() => {
        next = undefined;
        const session = within(timeout, ask(false));
        const soon = within(patience, session).catch(() => undefined);
        latest = soon;
        return { session, soon };
      });
      return next;
    },
    renew: () => ask(true),
    unchanged() {
      if (!now || typeof credentials === 'string') return false;
      return credentials.identity ? credentials.identity() === now.name : now.since.atMost() < longestTrust;
    },
  };
}
