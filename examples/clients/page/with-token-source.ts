import type { TokenSource } from 'mintgate/client';
import {
  codeOf,
  type PageClient,
  type Place,
  present,
  type ShownToken,
  serviceQuery,
  withCode,
} from './page-client.ts';
import { tokenTimes } from './token-times.ts';

/** `mintgate/client` alone. It needs no subscription: while there is a listener, the source renews the token. */
export function withTokenSource({ serviceUrl, source }: Place): PageClient {
  return {
    // Forces a new token. Otherwise the source would return the held one.
    queryToken: () => withCode(source.getToken({ forceRefresh: true }).then(present).then(shown), codeOf),
    follow(notify) {
      const unsubscribe = source.subscribe(({ token, error }) => {
        if (token) notify({ kind: 'token', token: shown(token) });
        if (error) notify({ kind: 'error', code: error.code });
      });
      // The listeners get the error.
      source.getToken().catch(() => {});
      return unsubscribe;
    },
    queryService: () => withCode(queryWithFetch(serviceUrl, source), codeOf),
    stop: () => {},
  };
}

/** Sends the query to the service with fetch. */
async function queryWithFetch(url: string, source: TokenSource): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await source.getToken()}` },
    body: JSON.stringify({ query: serviceQuery }),
  });
  const { data } = await response.json();
  return present(data as { user: string }).user;
}

function shown(jwt: string): ShownToken {
  const { exp } = tokenTimes(jwt);
  return { jwt, expiresIn: exp - Date.now() / 1000 };
}
