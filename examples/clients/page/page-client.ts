import { TokenError, type TokenSource } from 'mintgate/client';
import type { BrowserClerk } from '../clerk.ts';

/** A token as the page shows it. */
export interface ShownToken {
  jwt: string;
  /** Seconds until its expiry when it arrived. */
  expiresIn: number;
}

/** An event of a subscription to tokens. */
export type TokenEvent =
  | { kind: 'token'; token: ShownToken }
  | { kind: 'error'; code: string }
  /** No further token will follow. */
  | { kind: 'end' };

/** The functions that the page needs of a GraphQL client. Their errors have a code: see `codeOf`. */
export interface PageClient {
  /** Requests a token from the gateway. */
  queryToken(): Promise<ShownToken>;
  /** Subscribes to the tokens. @returns a function that ends the subscription */
  follow(notify: (event: TokenEvent) => void): () => void;
  /** Queries the user from the service, which needs the token. */
  queryService(): Promise<string>;
  /** Closes all connections. */
  stop(): void;
}

/** The options of a client. */
export interface Place {
  gatewayUrl: string;
  serviceUrl: string;
  template: string;
  clerk: BrowserClerk;
  /** Holds the template token for the service. */
  source: TokenSource;
}

/** Returns the session token of the signed-in session. */
export function sessionTokenOf({ clerk }: Place) {
  return async (options: { skipCache: boolean }) => (await clerk.session?.getToken(options)) ?? null;
}

/** The query to the service. */
export const serviceQuery = '{ user }';

/** Returns a token, or throws if it is missing. */
export function present<Token>(token: Token | null | undefined): Token {
  if (token) return token;
  throw new TokenError('UNAUTHENTICATED', 'No session is signed in.');
}

/** Returns the code of an answer with errors, of an error of the token source, or of a network failure. */
export function codeOf(
  error: unknown,
  errors: readonly { extensions?: Record<string, unknown> }[] = [],
): string {
  const code = errors[0]?.extensions?.code;
  if (typeof code === 'string') return code;
  return error instanceof TokenError ? error.code : 'NETWORK_ERROR';
}

/** Awaits an answer. Rejects with an error whose message is the code. */
export async function withCode<Answer>(answer: Promise<Answer>, code: (error: unknown) => string) {
  try {
    return await answer;
  } catch (error) {
    throw new Error(code(error));
  }
}
