import type { Server, ServerResponse } from 'node:http';

export interface ShutdownOptions {
  server: Server;
  /** Called first: readiness turns to 503. */
  drain: () => void;
  /** Called when no request is left, or the time is over. */
  dispose: () => Promise<void>;
  /** Told, in words, when requests are waited for. */
  onWait: (what: string) => void;
  /** How long requests under way may take, in milliseconds. @default 10000 */
  patience?: number;
}

/** Ends the process cleanly on SIGTERM and SIGINT: requests under way are answered, then everything is closed. */
export function shutDownOnSignal(options: ShutdownOptions): void {
  const open = new Set<ServerResponse>();
  options.server.on('request', (_request, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    await shutDown(options, open);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function shutDown(options: ShutdownOptions, open: ReadonlySet<ServerResponse>): Promise<void> {
  const { server, drain, dispose, onWait, patience = 10_000 } = options;
  drain();
  if (open.size > 0) {
    const requests = open.size === 1 ? 'a request' : `${open.size} requests`;
    onWait(`waiting for ${requests}, ${patience / 1000} s at most; Ctrl-C again ends at once`);
  }
  // A connection that stays open after its answer would keep the server from closing.
  const closeAfterwards = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('connection', 'close');
    // A stream has said otherwise already: its connection is idle once it has ended.
    else response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  };
  for (const response of open) closeAfterwards(response);
  server.prependListener('request', (_request, response: ServerResponse) => closeAfterwards(response));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(timer);
  await dispose();
}
