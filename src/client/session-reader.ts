import { type ElapsedTime, measureElapsedTime } from './elapsed-time.ts';
import { sessionIdentity } from './session-identity.ts';
import type { TokenSourceOptions } from './token-source-options.ts';
import { withTimeout } from './with-timeout.ts';

/** The signed-in session, as far as the source knows. */
export interface CurrentSession {
  /** A text that differs between sessions; null when no session is signed in. */
  identity: string | null;
  /** The session token; undefined with cookies. */
  bearer?: string | undefined;
}

/** One read of the session. */
export interface SessionRead {
  /** The answer of Clerk's SDK. Rejects when the SDK fails or exceeds the timeout. */
  session: Promise<CurrentSession>;
  /** The answer of Clerk's SDK, or undefined when the SDK fails or takes longer than 250 ms. Never rejects. */
  soon: Promise<CurrentSession | undefined>;
}

/** Reads the session from Clerk's SDK. When reads overlap, the one that began last counts. */
export interface SessionReader {
  /** Reads the session, not earlier than this call. Concurrent calls share one read. */
  read(): Promise<SessionRead>;
  /** Requests a new session token, bypassing the cache of Clerk's SDK. */
  renew(): Promise<CurrentSession>;
  /** Whether the session of the last read is still valid while the SDK does not answer. */
  isUnchanged(): boolean;
}

/** The result of a read, with the data that decide later whether it is still valid. */
interface RecordedRead extends CurrentSession {
  number: number;
  elapsed: ElapsedTime;
  /** The result of `credentials.identity` when the read began. */
  sdkIdentity: unknown;
}

// The wait for the SDK in milliseconds, for a call with a held token, and for the next read while one hangs.
const soonMs = 250;
// The life of a session token, in milliseconds.
const maxUnconfirmedMs = 60_000;

/**
 * Creates a reader of the session.
 *
 * @param credentials - the option of the source
 * @param timeoutMs - the longest time for one read, in milliseconds
 * @param onChange - called when another session, or none, is signed in
 */
export function createSessionReader(
  credentials: TokenSourceOptions['credentials'],
  timeoutMs: number,
  onChange: () => void,
): SessionReader {
  let lastNumber = 0;
  let current: RecordedRead | undefined;
  let previousRead: Promise<unknown> = Promise.resolve();
  let nextRead: Promise<SessionRead> | undefined;

  async function readSession(options: { skipCache: boolean }, attempts = 2): Promise<CurrentSession> {
    if (typeof credentials === 'string') return { identity: credentials };
    lastNumber += 1;
    const number = lastNumber;
    const elapsed = measureElapsedTime();
    const sdkIdentity = credentials.identity?.();
    const bearer = await credentials.getToken(options);
    // The session changed during the read: the token may belong to either session.
    if (attempts > 1 && credentials.identity?.() !== sdkIdentity) return readSession(options, attempts - 1);
    const before = current;
    if (before && number < before.number) return before;
    const identity = bearer ? sessionIdentity(bearer) : null;
    current = { identity, bearer: bearer || undefined, number, elapsed, sdkIdentity };
    if (before && before.identity !== identity) onChange();
    return current;
  }

  return {
    read() {
      nextRead ??= previousRead.then(() => {
        nextRead = undefined;
        const session = withTimeout(readSession({ skipCache: false }), timeoutMs);
        const soon = withTimeout(session, soonMs).catch(() => undefined);
        previousRead = soon;
        return { session, soon };
      });
      return nextRead;
    },
    renew: () => readSession({ skipCache: true }),
    isUnchanged() {
      if (!current || typeof credentials === 'string') return false;
      return credentials.identity
        ? credentials.identity() === current.sdkIdentity
        : current.elapsed.longestMs() < maxUnconfirmedMs;
    },
  };
}
