import { Client, type DocumentInput, gql, subscriptionExchange } from '@urql/core';
import type { ExecutionResult, Sink } from 'graphql-sse';
import {
  RenewedSessionTokenDocument,
  type RenewedSessionTokenSubscription,
  type RenewedSessionTokenSubscriptionVariables,
} from 'mintgate/client/documents';
import { followTokens, type SessionToken } from './token-events.ts';

const document: DocumentInput<RenewedSessionTokenSubscription, RenewedSessionTokenSubscriptionVariables> =
  gql(RenewedSessionTokenDocument.toString());

/** Creates a client of the gateway itself, for subscriptions. @param sessionToken - called for each connection, such as Clerk's `getToken` */
export function urqlSubscriptionClient(url: string, sessionToken: SessionToken): Client {
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query = '', variables = {} }) => ({
      subscribe: (sink) => ({
        unsubscribe: followTokens(url, sessionToken, { query, variables }, sink as Sink<ExecutionResult>),
      }),
    }),
  });
  return new Client({ url, preferGetMethod: false, exchanges: [exchange] });
}

/** Yields the current token, then each successor, until the session ends. */
export function renewedToken(client: Client, template: string) {
  return client.subscription(document, { template });
}
