import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would take graphql's ESM build for our files, while the libraries load its CommonJS build as Node does.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest would leave one processor to its own main process, which has little to do.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/**/generated/**'] },
  },
});
