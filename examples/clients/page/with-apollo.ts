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
  const asking = apolloClient(gatewayUrl, { getToken: () => sessionToken({ skipCache: false }) });
  const told = apolloSubscriptionClient(gatewayUrl, sessionToken);
  const service = apolloClient(serviceUrl, source);
  const all = [asking, told, service];
  return {
    queryToken: () => withCode(queryToken(asking, template).then(present), code),
    follow(tell) {
      const subscription = renewedToken(told, template).subscribe({
        next({ data, error }) {
          if (data?.sessionToken) tell({ kind: 'token', token: data.sessionToken });
          if (error) tell({ kind: 'error', code: code(error) });
        },
        error(error) {
          tell({ kind: 'error', code: code(error) });
          tell({ kind: 'end' });
        },
        complete: () => tell({ kind: 'end' }),
      });
      return () => subscription.unsubscribe();
    },
    async askService() {
      const { data } = await withCode(service.query({ query: document, fetchPolicy: 'no-cache' }), code);
      return present(data).user;
    },
    stop: () => all.forEach((client) => void client.stop()),
  };
}
