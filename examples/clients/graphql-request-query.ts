import type { GraphQLClient } from 'graphql-request';
import {
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from 'mintgate/client/documents';

/** Asks the gateway with a graphql-request client of your own. It keeps nothing. */
export async function queryToken(client: GraphQLClient, template: string) {
  const { sessionToken } = await client.request<SessionTokenQuery, SessionTokenQueryVariables>(
    SessionTokenDocument.toString(),
    { template },
  );
  return sessionToken ?? null;
}
