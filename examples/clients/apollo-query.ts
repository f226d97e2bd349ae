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
 * Requests a token from the gateway with your own Apollo client. `no-cache`, because the cache would return the token after it has expired
 * and after a sign-out.
 */
export async function queryToken(client: ApolloClient, template: string) {
  const { data } = await client.query({ query: document, variables: { template }, fetchPolicy: 'no-cache' });
  return data?.sessionToken ?? null;
}
