/** The credentials of a request. Nothing in them is verified. */
type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'cookies'; readonly cookie: string; readonly tokens: readonly string[] }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Maximum length of credentials, in characters. Clerk's session tokens have less than 4 kB. */
export const maxCredentialLength = 16_384;

// RFC 6750, section 2.1: the scheme (case-insensitive by RFC 9110), spaces, one b64token.
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

// Clerk's cookies exist without a suffix, and with one that is derived from the publishable key.
const sessionCookie = /^__session(?:_[A-Za-z0-9_-]+)?$/;
const clerkCookie = /^(?:__session|__client_uat|__clerk_db_jwt)(?:_[A-Za-z0-9_-]+)?$/;

/**
 * Reads the credentials of a request. An `Authorization` header takes precedence: where it exists, even malformed, cookies are ignored. Only
 * session cookies are returned, because with handshake cookies Clerk's SDK would call Clerk for an anonymous client.
 */
export function readCredentials(headers: Headers): Credentials {
  const authorization = headers.get('authorization');
  if (authorization !== null) return readAuthorization(authorization);
  const cookies = readClerkCookies(headers.get('cookie'));
  const tokens = cookies.filter(isSessionCookie).map(([, value]) => value);
  if (tokens.length === 0) return { kind: 'none' };
  const cookie = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  if (cookie.length > maxCredentialLength) return { kind: 'unusable', reason: 'cookies too long' };
  return { kind: 'cookies', cookie, tokens };
}

/** Returns whether a request has session cookies of Clerk, with or without an `Authorization` header. */
export function carriesSessionCookies(headers: Headers): boolean {
  return readClerkCookies(headers.get('cookie')).some(isSessionCookie);
}

/** Returns whether a request is authenticated by its cookies. Such a request must prove its origin (CSRF). */
export function reliesOnCookies(headers: Headers): boolean {
  return headers.get('authorization') === null && readCredentials(headers).kind === 'cookies';
}

/** Returns the token of an `Authorization` header with one Bearer token of acceptable length, or `undefined`. */
export function readBearer(authorization: string): string | undefined {
  return authorization.length > maxCredentialLength ? undefined : bearer.exec(authorization)?.[1];
}

function readAuthorization(authorization: string): Credentials {
  if (authorization.length > maxCredentialLength)
    return { kind: 'unusable', reason: 'Authorization too long' };
  const token = readBearer(authorization);
  return token === undefined
    ? { kind: 'unusable', reason: 'Authorization is not one Bearer token' }
    : { kind: 'bearer', token };
}

type Cookie = readonly [name: string, value: string];

function readClerkCookies(header: string | null): Cookie[] {
  if (!header) return [];
  return header.split(';').flatMap((pair): Cookie[] => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    return at > 0 && clerkCookie.test(name) ? [[name, pair.slice(at + 1).trim()]] : [];
  });
}

function isSessionCookie([name, value]: Cookie): boolean {
  return sessionCookie.test(name) && value !== '';
}
