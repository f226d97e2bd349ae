import { createClient, type ExecutionResult, NetworkError, type RequestParams, type Sink } from 'graphql-sse';

/** Returns the session token, as Clerk's `getToken` does; or `'include'`, which sends Clerk's cookies to a same-site gateway. */
export type SessionToken =
  | ((options: { skipCache: boolean }) => Promise<string | null | undefined>)
  | 'include';

/** The end of a connection: errors in an answer, a failure, or neither when the gateway completes the stream. */
interface End {
  /** Whether the connection brought a token. */
  hadToken: boolean;
  answer?: ExecutionResult;
  failure?: unknown;
}

interface Tokens extends Record<string, unknown> {
  sessionToken?: { expiresIn: number } | null;
}

// After these codes, a later attempt may succeed.
const transient: unknown[] = ['RATE_LIMITED', 'UPSTREAM_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];
// No stream lasts longer, and the gateway sends a successor before a token expires.
const longestStream = 15 * 60;

/**
 * Subscribes to the tokens of a template, and resubscribes when the stream ends: after 15 minutes, a restart of the gateway, or a time offline.
 * Completes when the gateway refuses a new session token: signed out, revoked, or not allowed.
 *
 * @returns a function that ends the subscription
 */
export function followTokens(
  url: string,
  sessionToken: SessionToken,
  request: RequestParams,
  sink: Sink<ExecutionResult>,
): () => void {
  let stopped = false;
  let interrupt = () => {};
  // After a time offline, an open connection may be dead.
  const online = () => interrupt();
  globalThis.addEventListener?.('online', online);
  const stop = () => {
    stopped = true;
    globalThis.removeEventListener?.('online', online);
    interrupt();
  };

  async function follow(): Promise<void> {
    let refused: End | undefined;
    for (let tries = 0; !stopped; tries += 1) {
      const end = await connect(refused !== undefined);
      if (stopped) return;
      if (!end) return finish(refused ?? {});
      if (end.hadToken) {
        tries = 0;
        refused = undefined;
      }
      const verdict = verdictOn(end);
      if (verdict === 'final' || (verdict === 'renew' && refused)) return finish(end);
      if (verdict === 'renew') refused = end;
      else if (end.answer) sink.next(end.answer);
      if (verdict === 'again' || end.hadToken) await pause(delay(end, tries));
    }
  }

  /** Runs one connection until it ends. Returns undefined when there is no new session token. */
  async function connect(skipCache: boolean): Promise<End | undefined> {
    let headers = {};
    try {
      const bearer = sessionToken === 'include' ? undefined : await sessionToken({ skipCache });
      if (skipCache && !bearer) return undefined;
      if (bearer) headers = { authorization: `Bearer ${bearer}` };
    } catch (failure) {
      return skipCache ? undefined : { hadToken: false, failure };
    }
    const credentials = sessionToken === 'include' ? 'include' : 'same-origin';
    const events = createClient({ url, headers, credentials, retryAttempts: 0 });
    return new Promise((resolve) => {
      const end: End = { hadToken: false };
      let silence: ReturnType<typeof setTimeout> | undefined;
      const settle = (more: Partial<End>) => {
        clearTimeout(silence);
        resolve({ ...end, ...more });
      };
      const close = events.subscribe<Tokens, Record<string, unknown>>(request, {
        next(answer) {
          if (answer.errors) end.answer = answer;
          if (!answer.data?.sessionToken) return;
          end.hadToken = true;
          clearTimeout(silence);
          silence = setTimeout(close, 1000 * Math.min(longestStream, answer.data.sessionToken.expiresIn));
          sink.next(answer);
        },
        error: (failure) => settle({ failure }),
        complete: () => settle({}),
      });
      interrupt = close;
      if (stopped) close();
    });
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function finish({ answer, failure }: Partial<End>): void {
    if (answer) sink.next(answer);
    if (failure) sink.error(failure);
    else sink.complete();
  }

  void follow().finally(stop);
  return stop;
}

function verdictOn({ answer, failure }: End): 'again' | 'renew' | 'final' {
  const status = failure instanceof NetworkError ? (failure.response?.status ?? 503) : 503;
  const [error] = answer?.errors ?? [];
  const code = error ? error.extensions?.code : status === 401 ? 'UNAUTHENTICATED' : undefined;
  if (code === 'UNAUTHENTICATED') return 'renew';
  if (error) return transient.includes(code) ? 'again' : 'final';
  return status >= 500 || status === 429 ? 'again' : 'final';
}

/** Returns the delay before the next attempt, in milliseconds, with jitter: `retryAfter`, or 1 s, 2 s, 4 s and so on up to 30 s. */
function delay({ answer }: End, tries: number): number {
  const { retryAfter } = answer?.errors?.[0]?.extensions ?? {};
  const seconds = typeof retryAfter === 'number' ? retryAfter : Math.min(30, 2 ** tries);
  return 1000 * Math.max(1, seconds) * (1 + Math.random() / 2);
}
