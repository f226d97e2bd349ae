import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenNpmEnds } from './end-with-npm.ts';

/** The longest wait for requests in progress, in milliseconds. */
export const defaultMaxWaitMs = 10_000;

interface ShutdownOptions {
  server: Server;
  /** Called first. Makes `/ready` answer 503, and ends subscriptions. */
  drain: () => void;
  /** Called last, when no connection is open. Closes everything else. */
  dispose: () => Promise<void>;
  /** Called with a sentence for the log when the shutdown begins to wait, and when npm has ended. */
  onProgress: (message: string) => void;
  /**
   * The time for which the server still accepts requests after SIGTERM, in milliseconds: load balancers and clients with open connections
   * notice meanwhile that it is not ready. SIGINT, which a person sends, skips this delay.
   */
  delayMs: number;
  /** The longest wait for requests in progress, in milliseconds. @default 10000 */
  maxWaitMs?: number;
}

/** Returns whether this process was started in a terminal. */
export function hasTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}

const exitOnSignal = () => process.exit(143);

/**
 * Ends the process at once on SIGTERM, until `shutDownOnSignal` is called. Linux ignores a SIGTERM for the first process of a
 * container unless it has a listener.
 */
export function exitOnSigterm(): void {
  process.on('SIGTERM', exitOnSignal);
}

/**
 * Ends the process gracefully on SIGTERM and SIGINT. First `/ready` fails, streams end, and each answer closes its connection. After the
 * delay the server accepts no more requests, completes those in progress, and the process exits with code 0. A second signal ends the
 * process at once, with code 130. When the npm that started the process ends, that counts as SIGTERM. So does SIGHUP in a process with a
 * terminal, which has been closed then.
 */
export function shutDownOnSignal(options: ShutdownOptions): void {
  const open = new Set<ServerResponse>();
  options.server.on('request', (_request, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  let stopping = false;
  const stop = async (delayMs: number) => {
    if (stopping) process.exit(130);
    stopping = true;
    await shutDown({ ...options, delayMs }, open);
    process.exit(0);
  };
  process.off('SIGTERM', exitOnSignal);
  process.on('SIGTERM', () => stop(options.delayMs));
  process.on('SIGINT', () => stop(0));
  if (hasTerminal()) process.on('SIGHUP', () => stop(0));
  whenNpmEnds(() => {
    if (stopping) return;
    options.onProgress('the npm that started this process has ended: shutting down as on SIGTERM');
    void stop(options.delayMs);
  });
}

async function shutDown(options: ShutdownOptions, open: ReadonlySet<ServerResponse>): Promise<void> {
  const { server, drain, dispose, onProgress, delayMs, maxWaitMs = defaultMaxWaitMs } = options;
  let closing = false;
  // The server cannot close while a connection stays open after its answer.
  const closeAfterAnswer = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('connection', 'close');
    // A stream has already sent its headers: its connection becomes idle when it ends.
    else response.once('close', () => setImmediate(() => closing && server.closeIdleConnections()));
  };
  for (const response of open) closeAfterAnswer(response);
  server.prependListener('request', (_request, response: ServerResponse) => closeAfterAnswer(response));
  drain();
  if (delayMs > 0) {
    onProgress(`not ready: accepting requests for another ${delayMs / 1000} s`);
    await sleep(delayMs);
  }
  if (open.size > 0) {
    const requests = open.size === 1 ? '1 request' : `${open.size} requests`;
    onProgress(`waiting up to ${maxWaitMs / 1000} s for ${requests}: press Ctrl-C again to end at once`);
  }
  closing = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), maxWaitMs);
  await closed;
  clearTimeout(timer);
  await dispose();
}
