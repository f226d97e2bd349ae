import { gql, type TypedDocumentNode } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { apolloClient } from '../apollo.ts';
import { queryToken } from '../apollo-query.ts';
import { apolloSubscriptionClient, renewedToken } from '../apollo-subscription.ts';
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

const code = (error: unknown) => codeOf(error, CombinedGraphQLErrors.is(error) ? error.errors : []);

/** Apollo Client, with its recipes. */
export function withApollo(place: Place): PageClient {
  const { gatewayUrl, serviceUrl, template, source } = place;
  const sessionToken = sessionTokenOf(place);
  const queryClient = apolloClient(gatewayUrl, { getToken: () => sessionToken({ skipCache: false }) });
  const subscriptionClient = apolloSubscriptionClient(gatewayUrl, sessionToken);
  const service = apolloClient(serviceUrl, source);
  const all = [queryClient, subscriptionClient, service];
  return {
    queryToken: () => withCode(queryToken(queryClient, template).then(present), code),
    follow(notify) {
      const subscription = renewedToken(subscriptionClient, template).subscribe({
        next({ data, error }) {
          if (data?.sessionToken) notify({ kind: 'token', token: data.sessionToken });
          if (error) notify({ kind: 'error', code: code(error) });
        },
        error(error) {
          notify({ kind: 'error', code: code(error) });
          notify({ kind: 'end' });
        },
        complete: () => notify({ kind: 'end' }),
      });
      return () => subscription.unsubscribe();
    },
    async queryService() {
      const { data } = await withCode(service.query({ query: document, fetchPolicy: 'no-cache' }), code);
      return present(data).user;
    },
    stop: () => all.forEach((client) => void client.stop()),
  };
}
