import { defineConfig } from 'vitest/config';

// The configuration of npm run test:deploy. These tests install, build and require root, so npm test does not run them.
export default defineConfig({
  test: {
    include: ['test/deploy/*.slow.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
