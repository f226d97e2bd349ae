import {
  ApolloClient,
  ApolloLink,
  gql,
  InMemoryCache,
  Observable,
  type TypedDocumentNode,
} from '@apollo/client';
import { print } from 'graphql';
import { createClient } from 'graphql-sse';
import {
  RenewedSessionTokenDocument,
  type RenewedSessionTokenSubscription,
  type RenewedSessionTokenSubscriptionVariables,
} from 'mintgate/client/documents';

const document: TypedDocumentNode<RenewedSessionTokenSubscription, RenewedSessionTokenSubscriptionVariables> =
  gql(RenewedSessionTokenDocument.toString());

/** A client of the gateway itself, for subscriptions. @param sessionToken - asked at each connection, such as Clerk's `getToken` */
export function apolloSubscriptionClient(
  url: string,
  sessionToken: () => Promise<string | null>,
): ApolloClient {
  const events = createClient({
    url,
    headers: async () => ({ authorization: `Bearer ${await sessionToken()}` }),
  });
  const link = new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) =>
        events.subscribe(
          { query: print(query), variables },
          {
            next: (result) => observer.next(result as ApolloLink.Result),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

/** The current token, then each successor. Complete after 15 minutes at most: subscribe again, which takes a new session token. */
export function renewedToken(client: ApolloClient, template: string) {
  return client.subscribe({ query: document, variables: { template }, fetchPolicy: 'no-cache' });
}
