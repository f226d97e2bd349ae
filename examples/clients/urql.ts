import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import type { TokenSource } from 'mintgate/client';
import { freshOrHeld } from './transient.ts';

/** Creates a client of a service that needs the template token. */
export function urqlClient(url: string, source: Pick<TokenSource, 'getToken'>): Client {
  const auth = authExchange(async ({ appendHeaders }) => {
    let token: string | null = null;
    let refused = false;
    return {
      // The source checks the session and the life of its token, so it is called before every operation.
      willAuthError: () => true,
      // The exchange does not repeat an operation: after a refusal, the next operation gets a new token.
      didAuthError: ({ response }) => {
        refused = response?.status === 401;
        return refused;
      },
      async refreshAuth() {
        const replace = refused;
        refused = false;
        token = await (replace ? freshOrHeld(source) : source.getToken());
      },
      addAuthToOperation: (operation) =>
        token ? appendHeaders(operation, { authorization: `Bearer ${token}` }) : operation,
    };
  });
  return new Client({ url, preferGetMethod: false, exchanges: [cacheExchange, auth, fetchExchange] });
}
