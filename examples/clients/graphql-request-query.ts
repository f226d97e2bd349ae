import type { GraphQLClient } from 'graphql-request';
import {
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from 'mintgate/client/documents';

/** Requests a token from the gateway with your own graphql-request client, which has no cache. */
export async function queryToken(client: GraphQLClient, template: string) {
  const { sessionToken } = await client.request<SessionTokenQuery, SessionTokenQueryVariables>(
    SessionTokenDocument.toString(),
    { template },
  );
  return sessionToken ?? null;
}
