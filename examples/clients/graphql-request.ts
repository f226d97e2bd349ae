import { GraphQLClient } from 'graphql-request';
import type { TokenSource } from 'mintgate/client';

/** Creates a client of a service that needs the template token. */
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
