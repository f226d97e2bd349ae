import type { Sink } from 'graphql-sse';
import type { TokenSource } from 'mintgate/client';
import { type GraphQLResponse, type INetwork, Network, Observable } from 'relay-runtime';
import { followTokens, type SessionToken } from './token-events.ts';

/**
 * Creates Relay's network layer: with a token source for a service that needs the template token, or with Clerk's `getToken` for the gateway.
 *
 * @param sessionToken - for subscriptions to the gateway; called for each connection
 */
export function relayNetwork(
  url: string,
  source: Pick<TokenSource, 'getToken'>,
  sessionToken?: SessionToken,
): INetwork {
  return Network.create(
    async ({ text }, variables) => {
      const token = await source.getToken();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query: text, variables }),
      });
      return await response.json();
    },
    sessionToken &&
      (({ text }, variables) =>
        Observable.create<GraphQLResponse>((sink) =>
          followTokens(url, sessionToken, { query: text ?? '', variables }, sink as unknown as Sink),
        )),
  );
}
