import { defineConfig } from 'vitest/config';

// The configuration of npm run test:operate. These tests need Prometheus and wait for alerts, so npm test does not run them.
export default defineConfig({
  // One copy of graphql, as in vitest.config.ts.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/operate/*.slow.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 30_000,
  },
});
