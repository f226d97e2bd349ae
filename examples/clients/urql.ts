import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import type { TokenSource } from 'mintgate/client';
import { freshOrHeld } from './transient.ts';

/** A client of a service that wants the template token. */
export function urqlClient(url: string, source: Pick<TokenSource, 'getToken'>): Client {
  const auth = authExchange(async ({ appendHeaders }) => {
    let token: string | null = null;
    let refused = false;
    return {
      // The source knows who is signed in and how long its token is good: it is asked before every operation.
      willAuthError: () => true,
      // The exchange repeats no operation that it has asked for: a token that is refused is replaced for the next one.
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
