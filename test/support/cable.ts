import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy of a server, whose connections can be cut. */
export interface Cable {
  readonly url: string;
  /** Closes all connections, and refuses new ones. */
  unplug(): Promise<void>;
  /** Accepts connections again. */
  plug(): Promise<void>;
  /** Passes connections on (`none`), resets them at once (`reset`), or resets them after a number of bytes of answers. */
  damage(how: 'none' | 'reset' | number): void;
  close(): Promise<void>;
}

/** Starts a proxy of a port of loopback. */
export async function layCable(target: number): Promise<Cable> {
  const open = new Set<Socket>();
  let damage: 'none' | 'reset' | number = 'none';
  const server = createServer((incoming) => {
    open.add(incoming);
    incoming.on('error', () => {});
    incoming.once('close', () => open.delete(incoming));
    if (damage === 'reset') return void incoming.resetAndDestroy();
    const outgoing = connect(target, '127.0.0.1');
    outgoing.on('error', () => incoming.destroy());
    outgoing.once('close', () => incoming.destroy());
    incoming.once('close', () => outgoing.destroy());
    let passed = 0;
    outgoing.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (typeof damage !== 'number' || passed <= damage) return void incoming.write(chunk);
      incoming.write(chunk.subarray(0, damage));
      incoming.resetAndDestroy();
    });
    incoming.pipe(outgoing);
  });
  const listen = async (port: number) => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const dropAll = () => {
    for (const socket of open) socket.destroy();
  };
  const unplug = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      dropAll();
    });
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    unplug,
    plug: async () => void (await listen(port)),
    damage(how) {
      damage = how;
      if (how !== 'none') dropAll();
    },
    close: unplug,
  };
}
