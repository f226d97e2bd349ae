import { type CombinedError, gql, type TypedDocumentNode } from '@urql/core';
import { urqlClient } from '../urql.ts';
import { queryToken } from '../urql-query.ts';
import { renewedToken, urqlSubscriptionClient } from '../urql-subscription.ts';
import {
  codeOf,
  type PageClient,
  type Place,
  present,
  serviceQuery,
  sessionTokenOf,
  withCode,
} from './page-client.ts';

const document: TypedDocumentNode<{ user: string }> = gql(serviceQuery);

function code(error: unknown): string {
  const { networkError, graphQLErrors } = error as CombinedError;
  return codeOf(networkError ?? error, graphQLErrors);
}

/** urql, with its recipes. */
export function withUrql(place: Place): PageClient {
  const { gatewayUrl, serviceUrl, template, source } = place;
  const sessionToken = sessionTokenOf(place);
  const queryClient = urqlClient(gatewayUrl, { getToken: () => sessionToken({ skipCache: false }) });
  const subscriptionClient = urqlSubscriptionClient(gatewayUrl, sessionToken);
  const service = urqlClient(serviceUrl, source);
  return {
    queryToken: () => withCode(queryToken(queryClient, template).then(present), code),
    follow(notify) {
      const { unsubscribe } = renewedToken(subscriptionClient, template).subscribe(
        ({ data, error, hasNext }) => {
          // The last result repeats the one before it.
          if (!hasNext) notify({ kind: 'end' });
          else if (error) notify({ kind: 'error', code: code(error) });
          else if (data?.sessionToken) notify({ kind: 'token', token: data.sessionToken });
        },
      );
      return unsubscribe;
    },
    async queryService() {
      const { data, error } = await service.query(document, {}, { requestPolicy: 'network-only' });
      if (error) throw new Error(code(error));
      return present(data).user;
    },
    stop: () => {},
  };
}
