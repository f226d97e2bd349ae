import { defineConfig } from 'vitest/config';

// What npm run test:deploy runs. It installs, builds, and wants to be root: too much for npm test.
export default defineConfig({
  test: {
    include: ['test/deploy/*.slow.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
