import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One address before Redis servers, as a load balancer or a name in DNS is. */
export interface RedisFront {
  readonly url: string;
  /** Leads the connections that are made from now on to another port. Those that are open stay where they are. */
  leadTo(port: number): void;
  /** Has every command on the connections that are open now answered with an error, such as `READONLY ...`. */
  refuseOnOpen(error: string): void;
  /** Lets no message through on the connections that are open now: a subscriber hears nothing, and is not told. */
  muteMessages(): void;
}

/** Puts one address before a Redis server, until the test ends. */
export async function startRedisFront(target: number): Promise<RedisFront> {
  const open = new Set<Way>();
  let leadsTo = target;
  const server = createServer((incoming) => {
    const way = layWay(incoming, leadsTo);
    open.add(way);
    incoming.once('close', () => open.delete(way));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const { incoming } of open) incoming.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(port) {
      leadsTo = port;
    },
    refuseOnOpen(error) {
      for (const way of open) way.refusal = error;
    },
    muteMessages() {
      for (const way of open) way.isMute = true;
    },
  };
}

/** One connection through the front. */
interface Way {
  readonly incoming: Socket;
  refusal: string | undefined;
  isMute: boolean;
}

function layWay(incoming: Socket, port: number): Way {
  const way: Way = { incoming, refusal: undefined, isMute: false };
  const outgoing = connect(port, '127.0.0.1');
  incoming.on('error', () => {});
  outgoing.on('error', () => incoming.destroy());
  outgoing.once('close', () => incoming.destroy());
  incoming.once('close', () => outgoing.destroy());
  incoming.on('data', (sent: Buffer) => {
    if (way.refusal === undefined) outgoing.write(sent);
    else incoming.write(`-${way.refusal}\r\n`.repeat(countCommands(sent)));
  });
  outgoing.on('data', (answer: Buffer) => {
    if (!way.isMute || !answer.includes('$7\r\nmessage\r\n')) incoming.write(answer);
  });
  return way;
}

/** Counts the commands in what a client has sent: each is an array of texts with their lengths. */
function countCommands(sent: Buffer): number {
  let at = 0;
  const readNumber = () => {
    const end = sent.indexOf('\r\n', at);
    const number = Number(sent.subarray(at + 1, end));
    at = end + 2;
    return number;
  };
  for (let commands = 0; ; commands += 1) {
    if (at >= sent.length) return commands;
    for (let texts = readNumber(); texts > 0; texts -= 1) at += readNumber() + 2;
  }
}
