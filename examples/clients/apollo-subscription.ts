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

/** A client of the gateway itself, for subscriptions. @param sessionToken - asked at each connection, such as Clerk's `getToken` */
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

/** The current token, then each successor, until there is none for this session. */
export function renewedToken(client: ApolloClient, template: string) {
  return client.subscribe({ query: document, variables: { template }, fetchPolicy: 'no-cache' });
}
