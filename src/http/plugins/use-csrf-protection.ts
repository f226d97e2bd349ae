import type { Plugin } from 'graphql-yoga';
import { carriesSessionCookies, reliesOnCookies } from '../../auth/credentials.ts';
import { requestRefusal } from '../request-refusal.ts';

export interface CsrfOptions {
  /** Exact origins whose pages may query with cookies. */
  corsOrigins: readonly string[];
  /** Whether the host decides who calls: it may look at cookies beside an `Authorization` that it cannot read. */
  hostAuthenticates: boolean;
}

/**
 * Cookies count only when the page that sends them proves where it comes from: an allowed `Origin`, or
 * `Sec-Fetch-Site: same-origin`, which scripts cannot set. Without either, the request is refused with 403.
 */
export function useCsrfProtection({ corsOrigins, hostAuthenticates }: CsrfOptions): Plugin {
  const byCookies = hostAuthenticates ? carriesSessionCookies : reliesOnCookies;
  const allowed = new Set(corsOrigins);
  return {
    onRequestParse({ request }) {
      const { headers } = request;
      if (!byCookies(headers)) return;
      if (headers.get('sec-fetch-site') === 'same-origin') return;
      if (allowed.has(headers.get('origin') ?? '')) return;
      throw requestRefusal(
        403,
        'Requests with session cookies must come from an allowed origin, or carry a Bearer token.',
      );
    },
  };
}
