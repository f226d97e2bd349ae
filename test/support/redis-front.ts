import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One address for several Redis servers, like a load balancer or a DNS name. */
export interface RedisFront {
  readonly url: string;
  /** Forwards new connections to another port. Open connections stay. */
  leadTo(port: number): void;
  /** Answers every command on the open connections with an error, such as `READONLY ...`. */
  refuseOnOpen(error: string): void;
  /** Delays the commands on every connection, in milliseconds. */
  delay(milliseconds: number): void;
  /** Returns the number of connections so far. */
  accepted(): number;
  /** Drops all pub/sub messages on the open connections. */
  muteMessages(): void;
}

/** Starts a proxy of a Redis server, until the test ends. */
export async function startRedisFront(target: number): Promise<RedisFront> {
  const open = new Set<ProxiedConnection>();
  let leadsTo = target;
  let accepted = 0;
  let delay = 0;
  const server = createServer((incoming) => {
    accepted += 1;
    const connection = proxy(incoming, leadsTo, () => delay);
    open.add(connection);
    incoming.once('close', () => open.delete(connection));
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
      for (const connection of open) connection.refusal = error;
    },
    delay(milliseconds) {
      delay = milliseconds;
    },
    accepted: () => accepted,
    muteMessages() {
      for (const connection of open) connection.isMute = true;
    },
  };
}

/** A connection through the proxy. */
interface ProxiedConnection {
  readonly incoming: Socket;
  refusal: string | undefined;
  isMute: boolean;
}

function proxy(incoming: Socket, port: number, delay: () => number): ProxiedConnection {
  const connection: ProxiedConnection = { incoming, refusal: undefined, isMute: false };
  const outgoing = connect(port, '127.0.0.1');
  const countCommands = commandCounter();
  incoming.on('error', () => {});
  outgoing.on('error', () => incoming.destroy());
  outgoing.once('close', () => incoming.destroy());
  incoming.once('close', () => outgoing.destroy());
  incoming.on('data', (sent: Buffer) => {
    if (connection.refusal === undefined) later(delay(), () => outgoing.write(sent));
    else outgoing.write(errorCommand(connection.refusal).repeat(countCommands(sent)));
  });
  outgoing.on('data', (answer: Buffer) => {
    if (!connection.isMute || !answer.includes('$7\r\nmessage\r\n')) incoming.write(answer);
  });
  return connection;
}

/** Returns a command that Redis answers with an error, so that the reply keeps its place in the order. */
function errorCommand(error: string): string {
  const texts = ['EVAL', 'return redis.error_reply(ARGV[1])', '0', `-${error}`];
  return `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;
}

function later(milliseconds: number, act: () => void): void {
  if (milliseconds === 0) act();
  else setTimeout(act, milliseconds);
}

/** Counts the commands in the bytes of a client. A command is an array of strings with lengths, and may arrive in several chunks. */
function commandCounter(): (sent: Buffer) => number {
  let rest = Buffer.alloc(0);

  /** Returns the number at a position and the end of its line; `undefined` when the line is incomplete. */
  function readNumber(at: number): { after: number; number: number } | undefined {
    const end = rest.indexOf('\r\n', at);
    return end < 0 ? undefined : { after: end + 2, number: Number(rest.subarray(at + 1, end)) };
  }

  /** Returns the end of the command at a position; `undefined` when the command is incomplete. */
  function endOfCommand(start: number): number | undefined {
    const head = readNumber(start);
    let at = head?.after ?? 0;
    for (let texts = head?.number ?? 0; texts > 0; texts -= 1) {
      const length = readNumber(at);
      if (!length) return undefined;
      at = length.after + length.number + 2;
    }
    return head && at <= rest.length ? at : undefined;
  }

  return (sent) => {
    rest = Buffer.concat([rest, sent]);
    let [commands, at] = [0, 0];
    for (let end = endOfCommand(at); end !== undefined; end = endOfCommand(at)) {
      commands += 1;
      at = end;
    }
    rest = rest.subarray(at);
    return commands;
  };
}
