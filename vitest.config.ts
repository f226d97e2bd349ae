import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would take graphql's ESM build for our files, while the libraries load its CommonJS build as Node does.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // What comes out of any gateway in any test is searched for secrets.
    globalSetup: 'test/leaks/global-setup.ts',
    setupFiles: 'test/leaks/setup.ts',
    // Vitest would leave one processor to its own main process, which has little to do; and many tests wait for others, for
    // a process to start or a second to pass.
    maxWorkers: availableParallelism() * 2,
    // Most of what tests make is garbage at once: with more room for it, a sixth of the time is not spent on collecting it.
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=64'],
    // Nothing in src keeps state in a module (but imported keys, by their text), and tests put back what they fake: loading everything anew for each file would take
    // a fifth of the time.
    isolate: false,
    testTimeout: 40_000,
    hookTimeout: 30_000,
    // What is waited for comes within a second, unless the machine has much else to do.
    expect: { poll: { timeout: 10_000 } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/generated/**'],
      reportOnFailure: true,
      // What decides who gets a token. (The command runs in processes of its own, which are not counted.)
      thresholds: {
        'src/{auth,clerk,mint,revocation,runtime,crypto}/**': {
          statements: 98,
          branches: 94,
          functions: 98,
          lines: 98,
        },
        // Less, for a script that runs in the browser.
        'src/http/**': { statements: 95, branches: 92, functions: 96, lines: 96 },
      },
    },
  },
});
