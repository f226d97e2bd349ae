import { GraphQLClient } from 'graphql-request';
import type { TokenSource } from 'mintgate/client';

/** A client of a service that wants the template token. */
export function graphqlRequestClient(url: string, source: Pick<TokenSource, 'getToken'>): GraphQLClient {
  return new GraphQLClient(url, {
    async requestMiddleware(request) {
      const token = await source.getToken();
      const headers = new Headers(request.headers as HeadersInit);
      if (token) headers.set('authorization', `Bearer ${token}`);
      return { ...request, headers };
    },
  });
}
