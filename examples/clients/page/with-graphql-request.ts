import { ClientError } from 'graphql-request';
import { graphqlRequestClient } from '../graphql-request.ts';
import { queryToken } from '../graphql-request-query.ts';
import { followEvents } from './follow-events.ts';
import {
  codeOf,
  type PageClient,
  type Place,
  present,
  serviceQuery,
  sessionTokenOf,
  withCode,
} from './page-client.ts';

const code = (error: unknown) => codeOf(error, error instanceof ClientError ? error.response.errors : []);

/** graphql-request, with its recipes. It has no subscriptions: they use an event stream without it. */
export function withGraphqlRequest(place: Place): PageClient {
  const { gatewayUrl, serviceUrl, template, source } = place;
  const sessionToken = sessionTokenOf(place);
  const queryClient = graphqlRequestClient(gatewayUrl, {
    getToken: () => sessionToken({ skipCache: false }),
  });
  const service = graphqlRequestClient(serviceUrl, source);
  return {
    queryToken: () => withCode(queryToken(queryClient, template).then(present), code),
    follow: (notify) => followEvents(gatewayUrl, sessionToken, template, notify),
    async queryService() {
      const { user } = await withCode(service.request<{ user: string }>(serviceQuery), code);
      return user;
    },
    stop: () => {},
  };
}
