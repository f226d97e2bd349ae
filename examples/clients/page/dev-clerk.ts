import type { BrowserClerk } from '../clerk.ts';
import { clearCookies, setCookies } from './dev-cookies.ts';
import { tokenTimes } from './token-times.ts';

/** A stand-in for Clerk's browser SDK: it signs in a session of the local Clerk by its name, without a password. */
interface DevClerk extends BrowserClerk {
  signIn(sessionId: string): void;
  signOut(): void;
  /**
   * Sets whether session tokens are also stored in cookies, as Clerk does. Off by default: the cookies would replace those of
   * your own app on this host.
   */
  useCookies(use: boolean): Promise<void>;
}

type Listener = Parameters<BrowserClerk['addListener']>[0];

// As in Clerk's SDK: a session token lives for 60 s, is used until 5 s are left, and is checked every 5 s.
const minLifeLeft = 5;
const checkIntervalMs = 5000;
const renewWhenLeft = 15;

export function devClerk(): DevClerk {
  const listeners = new Set<Listener>();
  let cookies = false;
  let signedIn: ReturnType<typeof openSession> | null = null;

  const clerk: DevClerk = {
    get session() {
      return signedIn;
    },
    addListener(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn(id) {
      change(openSession(id, { onToken: (jwt) => cookies && setCookies(jwt), onEnd: () => change(null) }));
    },
    signOut: () => change(null),
    async useCookies(use) {
      cookies = use;
      clearCookies();
      const jwt = use ? await signedIn?.getToken() : undefined;
      if (jwt) setCookies(jwt);
    },
  };

  function change(session: typeof signedIn): void {
    signedIn?.close();
    signedIn = session;
    clearCookies();
    for (const listener of listeners) listener({ session });
  }
  return clerk;
}

interface SessionEvents {
  onToken: (jwt: string) => void;
  /** Called when Clerk reports that the session has ended. */
  onEnd: () => void;
}

function openSession(id: string, { onToken, onEnd }: SessionEvents) {
  let held: { jwt: string; goodUntil: number; renewFrom: number } | undefined;
  let pending: Promise<string> | undefined;

  async function requestToken(): Promise<string> {
    const response = await fetch(`/dev/sessions/${id}/token`, { method: 'POST' });
    if (response.status === 401) setTimeout(() => timer && onEnd());
    if (!response.ok) throw new Error(`Clerk returned no session token: HTTP ${response.status}.`);
    const jwt = await response.text();
    const { iat, exp } = tokenTimes(jwt);
    // performance.now() is monotonic: a change of the system clock has no effect.
    const until = performance.now() + 1000 * (exp - iat);
    held = { jwt, goodUntil: until - 1000 * minLifeLeft, renewFrom: until - 1000 * renewWhenLeft };
    if (timer) onToken(jwt);
    return jwt;
  }
  const renew = () => {
    pending ??= requestToken().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  let timer: ReturnType<typeof setInterval> | undefined = setInterval(() => {
    if (!held || performance.now() > held.renewFrom) renew().catch(() => {});
  }, checkIntervalMs);

  return {
    id,
    async getToken({ skipCache = false } = {}): Promise<string | null> {
      return !skipCache && held && performance.now() < held.goodUntil ? held.jwt : renew();
    },
    close() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
