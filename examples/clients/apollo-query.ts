import { type ApolloClient, gql, type TypedDocumentNode } from '@apollo/client';
import {
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from 'mintgate/client/documents';

const document: TypedDocumentNode<SessionTokenQuery, SessionTokenQueryVariables> = gql(
  SessionTokenDocument.toString(),
);

/**
 * Asks the gateway with an Apollo client of your own. `no-cache`: the cache would hand the token out when it is over, and keep it after a
 * sign-out.
 */
export async function queryToken(client: ApolloClient, template: string) {
  const { data } = await client.query({ query: document, variables: { template }, fetchPolicy: 'no-cache' });
  return data?.sessionToken ?? null;
}
