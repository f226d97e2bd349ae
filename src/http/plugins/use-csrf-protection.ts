import type { Plugin } from 'graphql-yoga';
import { carriesSessionCookies, reliesOnCookies } from '../../auth/credentials.ts';
import { requestError } from '../request-error.ts';

interface CsrfOptions {
  /** Exact origins whose pages may send requests with session cookies. */
  corsOrigins: readonly string[];
  /** Whether the host authenticates: it may read cookies beside an `Authorization` header that it does not understand. */
  hostAuthenticates: boolean;
}

/**
 * Refuses a request with session cookies with 403, unless its page proves its origin: by an allowed `Origin`, or by
 * `Sec-Fetch-Site: same-origin`, which scripts cannot set.
 */
export function useCsrfProtection({ corsOrigins, hostAuthenticates }: CsrfOptions): Plugin {
  const needsProof = hostAuthenticates ? carriesSessionCookies : reliesOnCookies;
  const allowed = new Set(corsOrigins);
  return {
    onRequestParse({ request }) {
      const { headers } = request;
      if (!needsProof(headers)) return;
      if (headers.get('sec-fetch-site') === 'same-origin') return;
      if (allowed.has(headers.get('origin') ?? '')) return;
      throw requestError(
        403,
        'Requests with session cookies must come from an allowed origin, or carry a Bearer token.',
      );
    },
  };
}
