import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Ensures one copy of graphql: Vite would load its ESM build for our files, while Node.js loads its CommonJS build for the libraries.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // These search the output of every gateway in every test for secrets.
    globalSetup: 'test/leaks/global-setup.ts',
    setupFiles: 'test/leaks/setup.ts',
    // Two per processor, because many tests wait for a process to start or for time to pass.
    maxWorkers: availableParallelism() * 2,
    // Most objects in tests are short-lived: a larger young generation saves about 17 % of the time.
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=64'],
    // Modules of src have no state except imported keys, and tests restore their fakes. Isolation would take about 20 % more time.
    isolate: false,
    testTimeout: 40_000,
    hookTimeout: 30_000,
    // Polled conditions become true within a second, except on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/generated/**'],
      reportOnFailure: true,
      // The rooms that decide about tokens. The command runs in other processes, where coverage is not measured.
      thresholds: {
        'src/{auth,client,clerk,crypto,graphql,json,mint,revocation,runtime,subscription,time}/**': {
          statements: 98,
          branches: 94,
          functions: 98,
          lines: 98,
        },
        // Lower, because one script runs in the browser.
        'src/http/**': { statements: 95, branches: 92, functions: 96, lines: 96 },
      },
    },
  },
});
