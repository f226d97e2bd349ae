import { readCredentials } from '../auth/credentials.ts';

/** The headers of a request that the plugin reads. */
export type ReadableHeaders = Pick<Headers, 'get'>;

/** The credentials of a client's request to the router. Nothing in them is verified. */
export type CallerCredentials =
  | { readonly kind: 'none' }
  /** Mintgate would refuse them: no single Bearer token, or too long. */
  | { readonly kind: 'unusable' }
  /** The headers by which Mintgate identifies the caller. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> };

/** With these headers a request with cookies proves the origin of its page. */
const proofsOfOrigin = ['origin', 'sec-fetch-site'];

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

/** Returns the session tokens of a client's request, which no other subgraph than Mintgate's may receive. */
export function sessionTokensIn(headers: ReadableHeaders): readonly string[] {
  const withoutAuthorization = {
    get: (name: string) => (name === 'authorization' ? null : headers.get(name)),
  };
  return [headers, withoutAuthorization].flatMap((some) => {
    const credentials = readCredentials(some as Headers);
    if (credentials.kind === 'bearer') return [credentials.token].filter(isLong);
    return credentials.kind === 'cookies' ? credentials.tokens.filter(isLong) : [];
  });
}

const isLong = (secret: string) => secret.length >= minSecretLength;
