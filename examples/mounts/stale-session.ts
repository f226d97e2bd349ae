import type { LocalClerk } from '../../src/local-clerk/index.ts';
import { clerkCookies, nowSeconds, sessionClaims } from '../../test/support/tokens.ts';

/**
 * Returns the headers of a browser with an expired session token that navigates on the application's own pages. Clerk's SDKs redirect it to
 * Clerk and back for a new one (a handshake).
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
