import type { TokenError } from './token-error.ts';

/** What `createTokenSource` is told. */
export interface TokenSourceOptions {
  /** The GraphQL endpoint of the gateway, or of a router in front of it; in a browser, also a path. @default none: required */
  url: string;
  /** The JWT template. @default none: required */
  template: string;
  /** How the gateway learns who asks. @default none: required */
  credentials: SessionTokenGetter | 'include' | 'same-origin';
  /** How long one request may take, and one read of the session token, in milliseconds. @default 10000 */
  requestTimeout?: number;
  /**
   * How long `getToken` may wait in all until it may ask again (`retryAfter`), in milliseconds; where that is not enough, it rejects at once.
   * @default 10000
   */
  maxWait?: number;
  /** Sends the requests, and ends them when their `signal` says so. @default the global `fetch`, looked up for each of them */
  fetch?: typeof fetch;
}

/** @throws TypeError for an option that does not exist, and for one that is required and missing */
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
  // The type holds that every option is named above.
  for (const name in others satisfies Record<string, never>) {
    throw new TypeError(`createTokenSource: ${name}: there is no such option`);
  }
  if (!url || !template || !credentials) {
    throw new TypeError('createTokenSource: expected url, template and credentials');
  }
}

/**
 * Gives the session token, as Clerk's SDK does: `{ getToken: () => clerk.session?.getToken() }`. In place of it, `'include'` or
 * `'same-origin'` sends Clerk's session cookies, where the gateway is same-site; the source cannot see then who is signed in.
 */
export interface SessionTokenGetter {
  /**
   * Asked for every `getToken` of the source (once for calls of one moment), and around each request. Null or undefined: nobody is signed in.
   * What is no JWT with a `sid` counts as another session whenever it is another text.
   *
   * @param options.skipCache - true after the gateway has refused a session token; pass it on to Clerk's `getToken`, if you can
   */
  getToken(options: {
    skipCache: boolean;
  }): string | null | undefined | PromiseLike<string | null | undefined>;
  /**
   * Names the session and organization that `getToken` is about, without a request. While the SDK hangs or fails, a held token is handed out
   * as long as this name stays the same. Without it, the last answer of the SDK counts for 60 s.
   *
   * @default undefined
   */
  identity?(): string | null | undefined;
}

/** How one token is asked for. */
export interface GetTokenOptions {
  /** Get one that is minted after this call (`fresh: true`), never a held one. Six per minute and session. @default false */
  forceRefresh?: boolean;
  /** Ends the waiting of this call; the request goes on for others. @default undefined */
  signal?: AbortSignal;
}

/** What has changed. */
export interface TokenChange {
  /** The token that is held now; null when there is none. */
  token: string | null;
  /** Why the last attempt failed; null when it did not, or when nobody is signed in any more. */
  error: TokenError | null;
}

/** Told of each change. */
export type TokenListener = (change: TokenChange) => void;

/** A token of one template, kept fresh. */
export interface TokenSource {
  /**
   * The held token, or a new one; null when nobody is signed in. Any number of calls share one request.
   *
   * @throws TokenError when there is none to be had
   */
  getToken(options?: GetTokenOptions): Promise<string | null>;
  /**
   * Tells of each new token, of each that is dropped, and of each failure, from the first `getToken` on. While somebody listens, the token is
   * renewed whether it is used or not.
   *
   * @returns ends it
   */
  subscribe(listener: TokenListener): () => void;
  /** Drops everything and ends what runs. Calls that wait, and later ones, reject with `DISPOSED`. May be called again. */
  dispose(): void;
}
