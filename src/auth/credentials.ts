/** What a request shows of who is calling. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'cookies'; readonly cookie: string; readonly tokens: readonly string[] }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Longer credentials than this are not looked at: Clerk's session tokens are below 4 kB. */
const maxCredentialLength = 16_384;

// RFC 6750, section 2.1: the scheme (RFC 9110: without regard to case), spaces, one b64token.
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

// Clerk's cookies exist plain and with a suffix made from the publishable key.
const sessionCookie = /^__session(?:_[A-Za-z0-9_-]+)?$/;
const clerkCookie = /^(?:__session|__client_uat|__clerk_db_jwt)(?:_[A-Za-z0-9_-]+)?$/;

/**
 * Reads the credentials of a request. An `Authorization` header decides alone: when it is there, however
 * malformed, cookies are not consulted. Handshake cookies and parameters are left behind here, for they would make
 * the SDK call Clerk with the secret key on behalf of an anonymous client.
 */
export function presentedCredentials(headers: Headers): Credentials {
  const authorization = headers.get('authorization');
  if (authorization !== null) return fromAuthorization(authorization);
  const cookies = clerkCookies(headers.get('cookie'));
  const tokens = cookies
    .filter(([name, value]) => sessionCookie.test(name) && value !== '')
    .map(([, value]) => value);
  if (tokens.length === 0) return { kind: 'none' };
  const cookie = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  if (cookie.length > maxCredentialLength) return { kind: 'unusable', reason: 'cookies too long' };
  return { kind: 'cookies', cookie, tokens };
}

/** Whether a request carries Clerk's session cookies, whatever else it carries. */
export function carriesSessionCookies(headers: Headers): boolean {
  return clerkCookies(headers.get('cookie')).some(
    ([name, value]) => sessionCookie.test(name) && value !== '',
  );
}

/** Whether a request would be authenticated by its cookies; such requests must prove their origin. */
export function reliesOnCookies(headers: Headers): boolean {
  // An Authorization header decides alone.
  return headers.get('authorization') === null && presentedCredentials(headers).kind === 'cookies';
}

function fromAuthorization(authorization: string): Credentials {
  if (authorization.length > maxCredentialLength)
    return { kind: 'unusable', reason: 'Authorization too long' };
  const token = bearer.exec(authorization)?.[1];
  return token === undefined
    ? { kind: 'unusable', reason: 'Authorization is not one Bearer token' }
    : { kind: 'bearer', token };
}

function clerkCookies(header: string | null): [name: string, value: string][] {
  if (!header) return [];
  return header.split(';').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    return at > 0 && clerkCookie.test(name) ? [[name, pair.slice(at + 1).trim()]] : [];
  });
}
