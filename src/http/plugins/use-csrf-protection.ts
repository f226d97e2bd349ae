import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { carriesSessionCookies, reliesOnCookies } from '../../auth/credentials.ts';
import { requestError } from '../request-error.ts';

interface CsrfOptions {
  /** Exact origins whose pages may send requests with session cookies. */
  corsOrigins: readonly string[];
  /** Whether the host authenticates: it may read cookies beside an `Authorization` header that it does not understand. */
  hostAuthenticates: boolean;
}

/** Returns whether the page of a request proves its origin: an allowed `Origin`, or the one that serves the gateway or its router. */
export function provesOrigin(headers: Headers, allowed: ReadonlySet<string>): boolean {
  return headers.get('sec-fetch-site') === 'same-origin' || allowed.has(headers.get('origin') ?? '');
}

/** Returns the error for a request with session cookies whose page does not prove its origin. */
export function unprovenOrigin(): GraphQLError {
  return requestError(
    403,
    'Requests with session cookies must come from an allowed origin, or carry a Bearer token.',
  );
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
      if (needsProof(headers) && !provesOrigin(headers, allowed)) throw unprovenOrigin();
    },
  };
}
