import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenNpmEnds } from './end-with-npm.ts';

/** How long requests under way may take at the end, in milliseconds. */
export const defaultPatience = 10_000;

export interface ShutdownOptions {
  server: Server;
  /** Called first: readiness turns to 503. */
  drain: () => void;
  /** Called when no request is left, or the time is over. */
  dispose: () => Promise<void>;
  /** Told, in words, what the end waits for, and what began it where no signal did. */
  onWait: (what: string) => void;
  /**
   * How long to go on accepting requests after SIGTERM, in milliseconds: until load balancers and clients with open connections
   * have learned of it. SIGINT, which people send, does not wait. @default 0
   */
  delay?: number;
  /** How long requests under way may take, in milliseconds. @default 10000 */
  patience?: number;
}

const endAtOnce = () => process.exit(143);

/**
 * Ends the process at once on SIGTERM, until `shutDownOnSignal` takes over. The first process of a container ignores signals
 * that nobody listens to, and would be waited for in vain while it starts.
 */
export function endOnSignal(): void {
  process.on('SIGTERM', endAtOnce);
}

/**
 * Ends the process cleanly on SIGTERM and SIGINT: readiness fails and streams end; for a while, requests are accepted and each
 * answer closes its connection; then nothing is accepted, requests under way are answered, and everything is closed. The end of the npm
 * that started the process counts as SIGTERM.
 */
export function shutDownOnSignal(options: ShutdownOptions): void {
  const open = new Set<ServerResponse>();
  options.server.on('request', (_request, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  let stopping = false;
  const stop = async (delay: number) => {
    if (stopping) process.exit(130);
    stopping = true;
    await shutDown({ ...options, delay }, open);
    process.exit(0);
  };
  process.off('SIGTERM', endAtOnce);
  process.on('SIGTERM', () => stop(options.delay ?? 0));
  process.on('SIGINT', () => stop(0));
  whenNpmEnds(() => {
    if (stopping) return;
    options.onWait('npm, which started this process, has ended: ending as on SIGTERM');
    void stop(options.delay ?? 0);
  });
}

async function shutDown(options: ShutdownOptions, open: ReadonlySet<ServerResponse>): Promise<void> {
  const { server, drain, dispose, onWait, delay = 0, patience = defaultPatience } = options;
  let closing = false;
  // A connection that stays open after its answer would keep the server from closing.
  const closeAfterwards = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('connection', 'close');
    // A stream has said otherwise already: its connection is idle once it has ended.
    else response.once('close', () => setImmediate(() => closing && server.closeIdleConnections()));
  };
  for (const response of open) closeAfterwards(response);
  server.prependListener('request', (_request, response: ServerResponse) => closeAfterwards(response));
  drain();
  if (delay > 0) {
    onWait(`not ready any more; accepting requests for another ${delay / 1000} s`);
    await sleep(delay);
  }
  if (open.size > 0) {
    const requests = open.size === 1 ? 'a request' : `${open.size} requests`;
    onWait(`waiting for ${requests}, ${patience / 1000} s at most; Ctrl-C again ends at once`);
  }
  closing = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
  await dispose();
}
