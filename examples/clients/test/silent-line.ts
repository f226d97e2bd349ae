import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a port of loopback that can fall silent, as a radio link does: nothing arrives any more, and nobody is told. */
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
    /** What is open now stays silent for ever. */
    fallSilent() {
      silent = true;
      for (const socket of open) socket.unpipe().pause();
    },
    /** Passes on what comes over new connections. */
    speak() {
      silent = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
