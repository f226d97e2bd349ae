import { type Client, type DocumentInput, gql } from '@urql/core';
import {
  SessionTokenDocument,
  type SessionTokenQuery,
  type SessionTokenQueryVariables,
} from 'mintgate/client/documents';

const document: DocumentInput<SessionTokenQuery, SessionTokenQueryVariables> = gql(
  SessionTokenDocument.toString(),
);

/** Asks the gateway with a urql client of your own. `network-only`: the cache would hand the token out when it is over. */
export async function queryToken(client: Client, template: string) {
  const { data, error } = await client.query(document, { template }, { requestPolicy: 'network-only' });
  if (error) throw error;
  return data?.sessionToken ?? null;
}
