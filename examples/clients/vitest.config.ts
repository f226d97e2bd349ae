import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  root: path('.'),
  resolve: {
    alias: [
      { find: 'mintgate/client/documents', replacement: path('../../src/client/documents.ts') },
      { find: 'mintgate/react', replacement: path('../../src/react/index.ts') },
      { find: 'mintgate/client', replacement: path('../../src/client/index.ts') },
      // As in the configuration of the repository: one copy of graphql.
      { find: /^graphql$/, replacement: 'graphql/index.js' },
    ],
  },
  test: {
    include: ['test/*.test.ts'],
    testTimeout: 40_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    // Most tests wait for time to pass.
    maxWorkers: 3,
    maxConcurrency: 8,
  },
});
