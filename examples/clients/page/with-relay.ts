import { RenewedSessionTokenDocument, SessionTokenDocument } from 'mintgate/client/documents';
import type { CacheConfig, RequestParameters } from 'relay-runtime';
import { relayNetwork } from '../relay.ts';
import {
  codeOf,
  type PageClient,
  type Place,
  present,
  type ShownToken,
  serviceQuery,
  sessionTokenOf,
  withCode,
} from './page-client.ts';

// Bypasses Relay's query cache, for reading and writing.
const uncached: CacheConfig = { force: true };

interface Response {
  data?: { sessionToken?: ShownToken | null; user?: string };
  errors?: { extensions?: Record<string, unknown> }[];
}

/** The network layer of Relay, with its recipe. Relay's store needs compiled documents and is not used. */
export function withRelay(place: Place): PageClient {
  const { gatewayUrl, serviceUrl, template, source } = place;
  const sessionToken = sessionTokenOf(place);
  const gateway = relayNetwork(
    gatewayUrl,
    { getToken: () => sessionToken({ skipCache: false }) },
    sessionToken,
  );
  const service = relayNetwork(serviceUrl, source);
  return {
    async queryToken() {
      const answer = gateway
        .execute(operation('query', SessionTokenDocument), { template }, uncached)
        .toPromise();
      return present(dataOf(await withCode(answer, codeOf)).sessionToken);
    },
    follow(notify) {
      const { unsubscribe } = gateway
        .execute(operation('subscription', RenewedSessionTokenDocument), { template }, uncached)
        .subscribe({
          next(response) {
            const { data, errors } = response as Response;
            if (errors) notify({ kind: 'error', code: codeOf(undefined, errors) });
            else if (data?.sessionToken) notify({ kind: 'token', token: data.sessionToken });
          },
          error(error: unknown) {
            notify({ kind: 'error', code: codeOf(error) });
            notify({ kind: 'end' });
          },
          complete: () => notify({ kind: 'end' }),
        });
      return unsubscribe;
    },
    async queryService() {
      const answer = service.execute(operation('query', serviceQuery), {}, uncached).toPromise();
      return present(dataOf(await withCode(answer, codeOf)).user);
    },
    stop: () => {},
  };
}

/** The part of a compiled document that the network layer reads. */
function operation(
  operationKind: 'query' | 'subscription',
  document: { toString(): string },
): RequestParameters {
  return {
    operationKind,
    name: operationKind,
    id: null,
    cacheID: operationKind,
    text: document.toString(),
    metadata: {},
  };
}

function dataOf(response: unknown): NonNullable<Response['data']> {
  const { data, errors } = response as Response;
  if (!data || errors?.length) throw new Error(codeOf(undefined, errors));
  return data;
}
