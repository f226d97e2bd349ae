import { defineConfig } from '@graphql-hive/gateway';

/** Of what the client sent, what says who calls. `cookie` and `origin` only where Clerk's session cookies are used. */
const forwarded = ['authorization', 'cookie', 'origin'];

export const gatewayConfig = defineConfig({
  propagateHeaders: {
    // To Mintgate alone: no other subgraph needs to hold the caller's session token.
    fromClientToSubgraphs: ({ request, subgraphName }) =>
      subgraphName === 'mintgate'
        ? Object.fromEntries(forwarded.map((name) => [name, request.headers.get(name)]))
        : {},
  },
  transportEntries: {
    mintgate: {
      options: {
        // Else subscriptions would be asked by GET.
        method: 'POST',
        // On by default: requests that look alike would get one answer.
        deduplicateInflightRequests: false,
      },
    },
  },
});
