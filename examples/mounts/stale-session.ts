import type { LocalClerk } from '../../src/local-clerk/index.ts';
import { clerkCookies, nowSeconds, sessionClaims } from '../../test/support/tokens.ts';

/**
 * The headers of a browser that is signed in, by a session token that is over, and navigates on the application's own pages: Clerk's
 * SDKs send it to Clerk and back for a new one, which is called a handshake.
 */
export async function staleSession(clerk: LocalClerk): Promise<Record<string, string>> {
  const over = await clerk.sign(sessionClaims({ iat: nowSeconds() - 120, exp: nowSeconds() - 60 }));
  return {
    cookie: clerkCookies(over),
    accept: 'text/html, application/json',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-dest': 'document',
  };
}
