import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import type { TokenSource } from 'mintgate/client';

/** Creates a client of a service that needs the template token. */
export function apolloClient(uri: string, source: Pick<TokenSource, 'getToken'>): ApolloClient {
  const auth = new SetContextLink(async ({ headers }) => {
    const token = await source.getToken();
    return { headers: token ? { ...headers, authorization: `Bearer ${token}` } : headers };
  });
  return new ApolloClient({
    link: ApolloLink.from([auth, new HttpLink({ uri })]),
    cache: new InMemoryCache(),
  });
}
