import { readCredentials } from '../auth/credentials.ts';
import type { CallerHeaders, ReadableHeaders } from './caller-headers.ts';

/** The credentials of a client's request to the router. Nothing in them is verified. */
export type CallerCredentials =
  | { readonly kind: 'none' }
  /** Mintgate would refuse them: no single Bearer token, or too long. */
  | { readonly kind: 'unusable' }
  /** The headers by which Mintgate identifies the caller. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> };

/** With these headers a request with cookies proves the origin of its page. */
export const proofsOfOrigin: readonly string[] = ['origin', 'sec-fetch-site'];

/** Returns the credentials of a client's request, as Mintgate reads them: cookies count only without an `Authorization` header. */
export function callerCredentials(headers: ReadableHeaders): CallerCredentials {
  const credentials = readCredentials(headers as Headers);
  if (credentials.kind === 'none' || credentials.kind === 'unusable') return { kind: credentials.kind };
  if (credentials.kind === 'bearer')
    return { kind: 'headers', headers: { authorization: `Bearer ${credentials.token}` } };
  const proofs = proofsOfOrigin.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { kind: 'headers', headers: { cookie: credentials.cookie, ...Object.fromEntries(proofs) } };
}

/** Clerk's session tokens are longer. With a minimum, a caller cannot find out the other headers of a request, piece by piece. */
const minSecretLength = 64;

// A router may copy an `Authorization` that is not one Bearer token, or a part of it.
const separator = /[\s,]+/;

/**
 * Returns the tokens of a client's request, which no other subgraph than Mintgate's may receive: every long piece of its `Authorization` headers,
 * whether Mintgate accepts them or not, and the session tokens of its cookies.
 */
export function tokensIn({
  authorizations,
  cookies,
}: Pick<CallerHeaders, 'authorizations' | 'cookies'>): readonly string[] {
  const pieces = authorizations.flatMap((value) => value.split(separator));
  const sessionTokens = cookies.flatMap((value) => value.split(/[;,]/)).flatMap(sessionTokensOf);
  return [...new Set([...pieces, ...sessionTokens])].filter((token) => token.length >= minSecretLength);
}

function sessionTokensOf(cookie: string): readonly string[] {
  const headers: ReadableHeaders = { get: (name) => (name === 'cookie' ? cookie : null) };
  const credentials = readCredentials(headers as Headers);
  return credentials.kind === 'cookies' ? credentials.tokens : [];
}
