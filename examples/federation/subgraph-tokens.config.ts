import { defineConfig } from '@graphql-hive/gateway';
import { useSubgraphTokens } from '../../src/hive-gateway.ts';

export const gatewayConfig = defineConfig({
  plugins: () => [
    useSubgraphTokens({
      url: process.env.MINTGATE_URL ?? 'http://127.0.0.1:4001/graphql',
      // repository: begin
      timeout: Number(process.env.MINTGATE_TIMEOUT ?? 4_000),
      // repository: end
      subgraphs: {
        inventory: { template: 'inventory' },
        billing: { template: 'billing', header: 'x-billing-token' },
      },
    }),
  ],
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
