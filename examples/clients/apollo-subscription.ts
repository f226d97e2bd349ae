import {
  ApolloClient,
  ApolloLink,
  gql,
  InMemoryCache,
  Observable,
  type TypedDocumentNode,
} from '@apollo/client';
import { print } from 'graphql';
import {
  RenewedSessionTokenDocument,
  type RenewedSessionTokenSubscription,
  type RenewedSessionTokenSubscriptionVariables,
} from 'mintgate/client/documents';
import { followTokens, type SessionToken } from './token-events.ts';

const document: TypedDocumentNode<RenewedSessionTokenSubscription, RenewedSessionTokenSubscriptionVariables> =
  gql(RenewedSessionTokenDocument.toString());

/** Creates a client of the gateway itself, for subscriptions. @param sessionToken - called for each connection, such as Clerk's `getToken` */
export function apolloSubscriptionClient(url: string, sessionToken: SessionToken): ApolloClient {
  const link = new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) =>
        followTokens(
          url,
          sessionToken,
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

/** Yields the current token, then each successor, until the session ends. */
export function renewedToken(client: ApolloClient, template: string) {
  return client.subscribe({ query: document, variables: { template }, fetchPolicy: 'no-cache' });
}
