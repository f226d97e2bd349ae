import { Client, type DocumentInput, gql, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-sse';
import {
  RenewedSessionTokenDocument,
  type RenewedSessionTokenSubscription,
  type RenewedSessionTokenSubscriptionVariables,
} from 'mintgate/client/documents';

const document: DocumentInput<RenewedSessionTokenSubscription, RenewedSessionTokenSubscriptionVariables> =
  gql(RenewedSessionTokenDocument.toString());

/** A client of the gateway itself, for subscriptions. @param sessionToken - asked at each connection, such as Clerk's `getToken` */
export function urqlSubscriptionClient(url: string, sessionToken: () => Promise<string | null>): Client {
  const events = createClient({
    url,
    headers: async () => ({ authorization: `Bearer ${await sessionToken()}` }),
  });
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query = '', variables = {} }) => ({
      subscribe: (sink) => ({
        unsubscribe: events.subscribe({ query, variables }, sink as Parameters<typeof events.subscribe>[1]),
      }),
    }),
  });
  return new Client({ url, preferGetMethod: false, exchanges: [exchange] });
}

/** The current token, then each successor. Complete after 15 minutes at most: subscribe again, which takes a new session token. */
export function renewedToken(client: Client, template: string) {
  return client.subscription(document, { template });
}
