import { defineConfig } from '@graphql-hive/gateway';

/** The headers that identify the caller. `cookie` and `origin` are needed only with Clerk's session cookies. */
const forwarded = ['authorization', 'cookie', 'origin'];

export const gatewayConfig = defineConfig({
  propagateHeaders: {
    // To Mintgate alone: no other subgraph needs the caller's session token.
    fromClientToSubgraphs: ({ request, subgraphName }) =>
      subgraphName === 'mintgate'
        ? Object.fromEntries(forwarded.map((name) => [name, request.headers.get(name)]))
        : {},
  },
  transportEntries: {
    mintgate: {
      options: {
        // By default, subscriptions use GET.
        method: 'POST',
        // On by default: equal requests of different callers would share one answer.
        deduplicateInflightRequests: false,
      },
    },
  },
});
