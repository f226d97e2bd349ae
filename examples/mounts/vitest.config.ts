import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The memory of the largest build with its tests, in bytes. */
const memoryOfFile = 1.5 * 2 ** 30;
/** Builds use several processors, but tests wait for processes to start, and for heartbeats. */
const mostWorkers = Math.min(4, 1 + availableParallelism());

export default defineConfig({
  root: path('.'),
  // As in the configuration of the repository: one copy of graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['*.test.ts'],
    // The tests build applications, several at once.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 10_000 } },
    isolate: false,
    maxWorkers: Math.max(1, Math.min(mostWorkers, Math.floor(process.availableMemory() / memoryOfFile))),
  },
});
