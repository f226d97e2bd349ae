import { TokenError, type TokenSource } from 'mintgate/client';
import type { BrowserClerk } from '../clerk.ts';

/** A token as the page shows it. */
export interface ShownToken {
  jwt: string;
  /** Seconds left when it came. */
  expiresIn: number;
}

/** What is told without being asked for. */
export type News =
  | { kind: 'token'; token: ShownToken }
  | { kind: 'error'; code: string }
  /** There will be no further token. */
  | { kind: 'end' };

/** What the page needs of a GraphQL client. What it rejects with has a code: see `codeOf`. */
export interface PageClient {
  /** Asks the gateway for a token. */
  queryToken(): Promise<ShownToken>;
  /** Tells of each token from now on. @returns ends it */
  follow(tell: (news: News) => void): () => void;
  /** Asks the service, which wants the token: who am I? */
  askService(): Promise<string>;
  /** Lets go of everything. */
  stop(): void;
}

/** What a client is made of. */
export interface Place {
  gatewayUrl: string;
  serviceUrl: string;
  template: string;
  clerk: BrowserClerk;
  /** Keeps the template token for the service. */
  source: TokenSource;
}

/** The session token of who is signed in. */
export function sessionTokenOf({ clerk }: Place) {
  return async (options: { skipCache: boolean }) => (await clerk.session?.getToken(options)) ?? null;
}

/** What the service is asked. */
export const serviceQuery = '{ user }';

/** A token that should be there. */
export function present<Token>(token: Token | null | undefined): Token {
  if (token) return token;
  throw new TokenError('UNAUTHENTICATED', 'Nobody is signed in.');
}

/** The code of an answer with errors, of an error of the token source, or of a network that is not there. */
export function codeOf(
  error: unknown,
  errors: readonly { extensions?: Record<string, unknown> }[] = [],
): string {
  const code = errors[0]?.extensions?.code;
  if (typeof code === 'string') return code;
  return error instanceof TokenError ? error.code : 'NETWORK_ERROR';
}

/** Rejects with the code, and nothing but it. */
export async function withCode<Answer>(asked: Promise<Answer>, code: (error: unknown) => string) {
  try {
    return await asked;
  } catch (error) {
    throw new Error(code(error));
  }
}
