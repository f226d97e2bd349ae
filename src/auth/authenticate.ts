import { waitUntilOf } from '../runtime/wait-until.ts';
import { type Authentication, anonymous, refused } from './authentication.ts';
import { readCredentials } from './credentials.ts';
import { verifyBearer } from './verify-bearer.ts';
import { type CookieVerificationOptions, verifyCookies } from './verify-cookies.ts';

/**
 * Authenticates a request.
 *
 * @param hostContext - the second argument of `gateway.fetch`; for a node:http server, `{ req, res }`
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's key set is needed and cannot be fetched
 */
export type Authenticate = (request: Request, hostContext: unknown) => Promise<Authentication>;

/** Creates the gateway's own authentication: Bearer tokens and Clerk's session cookies. */
export function createCredentialsAuthenticate(options: CookieVerificationOptions): Authenticate {
  return async (request, hostContext) => {
    const waitUntil = waitUntilOf(hostContext);
    const credentials = readCredentials(request.headers);
    switch (credentials.kind) {
      case 'none':
        return anonymous;
      case 'unusable':
        return refused(credentials.reason);
      case 'bearer':
        return verifyBearer(credentials.token, options, waitUntil);
      case 'cookies':
        return verifyCookies(request, credentials, options, waitUntil);
    }
  };
}
