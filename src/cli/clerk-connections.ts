import { Agent, setGlobalDispatcher } from 'undici';

/** Most connections to Clerk at once: what it admits in 10 s fits through these in less. */
const connections = 128;

/**
 * Sets up the connections of this process to Clerk, which Clerk's SDK makes by the global `fetch`: kept alive between
 * calls, bounded in number, given up when nothing comes. Only for a process that is the gateway's own.
 */
export function prepareClerkConnections(): void {
  setGlobalDispatcher(
    new Agent({
      connections,
      connect: { timeout: 3_000 },
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 300_000,
      // Longer than a caller waits: what comes late is still good for the next one.
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    }),
  );
}
