import { defineConfig } from '@graphql-hive/gateway';

/** The headers that identify the caller. `cookie` and `origin` are needed only with Clerk's session cookies. */
const forwarded = ['authorization', 'cookie', 'origin'];

export const gatewayConfig = defineConfig({
  propagateHeaders: {
    // Only to Mintgate: no other subgraph needs the caller's session token.
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
        // On by default. A retry has lost its headers, and could then share the answer of another caller.
        deduplicateInflightRequests: false,
      },
    },
  },
});
