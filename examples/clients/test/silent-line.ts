import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Starts a proxy that can stop forwarding data while connections stay open, as a radio link does. */
export async function laySilentLine(target: number) {
  const open = new Set<Socket>();
  let silent = false;
  const server = createServer((incoming) => {
    const outgoing = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(from);
      from.on('error', () => {});
      from.once('close', () => {
        open.delete(from);
        if (!from.isPaused()) to.destroy();
      });
      if (silent) from.pause();
      else from.pipe(to);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** Stops forwarding the data of the open connections permanently. */
    fallSilent() {
      silent = true;
      for (const socket of open) socket.unpipe().pause();
    },
    /** Forwards the data of new connections. */
    speak() {
      silent = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
