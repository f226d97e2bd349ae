import { type Client, type DocumentInput, gql } from '@urql/core';
import {
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from 'mintgate/client/documents';

const document: DocumentInput<SessionTokenQuery, SessionTokenQueryVariables> = gql(
  SessionTokenDocument.toString(),
);

/** Requests a token from the gateway with your own urql client. `network-only`, because the cache would return an expired token. */
export async function queryToken(client: Client, template: string) {
  const { data, error } = await client.query(document, { template }, { requestPolicy: 'network-only' });
  if (error) throw error;
  return data?.sessionToken ?? null;
}
