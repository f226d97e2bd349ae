import type { ClaimsOf, TemplateName } from './register.ts';
import type { TokenError } from './token-error.ts';

/** The options of `createTokenSource`. */
export interface TokenSourceOptions<Name extends TemplateName = TemplateName> {
  /** The GraphQL endpoint of the gateway, or of a router in front of it. In a browser, it may be a path. @default none: required */
  url: string;
  /** The name of the JWT template. @default none: required */
  template: Name;
  /** How requests are authenticated: by a session token, or by Clerk's session cookies. @default none: required */
  credentials: SessionTokenGetter | 'include' | 'same-origin';
  /** The longest time for one request, and for one read of the session token, in milliseconds. @default 10000 */
  requestTimeout?: number;
  /**
   * The longest total wait of `getToken` while the gateway throttles it (`retryAfter`), in milliseconds. It rejects at once when it would have
   * to wait longer.
   *
   * @default 10000
   */
  maxWait?: number;
  /** Sends the requests; it must abort them with their `signal`. @default the global `fetch`, looked up for each request */
  fetch?: typeof fetch;
}

/** Checks the options of a source. @throws TypeError for an unknown option, and for a missing one that is required */
export function checkOptions(options: TokenSourceOptions): void {
  const {
    url,
    template,
    credentials,
    requestTimeout: _timeout,
    maxWait: _wait,
    fetch: _fetch,
    ...others
  } = options;
  // The type requires every option to be listed above.
  for (const name in others satisfies Record<string, never>) {
    throw new TypeError(`createTokenSource: ${name}: there is no such option`);
  }
  if (!url || !template || !credentials) {
    throw new TypeError('createTokenSource: url, template and credentials are required');
  }
}

/**
 * Returns the session token of Clerk's SDK: `{ getToken: () => clerk.session?.getToken() }`. The alternatives `'include'` and
 * `'same-origin'` send Clerk's session cookies to a same-site gateway; the source then does not know which session is signed in.
 */
export interface SessionTokenGetter {
  /**
   * Called for each `getToken` of the source (once for calls at the same time), and around each request. Null or undefined means that no
   * session is signed in. A text that is not a JWT with a `sid` counts as another session whenever it changes.
   *
   * @param options.skipCache - true after the gateway refused a session token; pass it on to Clerk's `getToken` if you can
   */
  getToken(options: {
    skipCache: boolean;
  }): string | null | undefined | PromiseLike<string | null | undefined>;
  /**
   * Names the session and organization of `getToken`, without a request. While the SDK hangs or fails, a held token is returned as long as
   * this name stays the same. Without it, the last answer of the SDK counts for 60 s.
   *
   * @default undefined
   */
  identity?(): string | null | undefined;
}

/** The options of one call of `getToken`. */
export interface GetTokenOptions {
  /** Returns only a token that is minted after this call (`fresh: true`), at most six times a minute and session. @default false */
  forceRefresh?: boolean;
  /** Aborts this call. A request that other calls share continues. @default undefined */
  signal?: AbortSignal;
}

/** A change of the held token, or a failed attempt to get one. */
export interface TokenChange {
  /** The held token; null when there is none. */
  token: string | null;
  /** Why the last attempt failed; null after a success and after a sign-out. */
  error: TokenError | null;
}

/** A function that is called after each change. */
export type TokenListener = (change: TokenChange) => void;

/** Holds a token of one template and renews it. */
export interface TokenSource<Name extends TemplateName = TemplateName> {
  /**
   * Returns the held token, or a new one; null when no session is signed in. Concurrent calls share one request.
   *
   * @throws TokenError when no token is available
   */
  getToken(options?: GetTokenOptions): Promise<string | null>;
  /**
   * Returns the claims of the token that `getToken` would return, without another request; null when no session is signed in. Changes of
   * the returned object affect no other call. The claims are decoded, not verified.
   *
   * @throws TokenError when no token is available, and for a token that is not a JWT
   */
  getClaims(options?: GetTokenOptions): Promise<ClaimsOf<Name> | null>;
  /**
   * Calls a listener for each new token, each dropped token and each failure, after the first `getToken`. While there is a listener, the
   * token is renewed even if it is not used.
   *
   * @returns a function that removes the listener
   */
  subscribe(listener: TokenListener): () => void;
  /** Drops the token and aborts the request. Waiting and later calls reject with `DISPOSED`. May be called more than once. */
  dispose(): void;
}
