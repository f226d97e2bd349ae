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
  /** Has what is sent arrive so much later, in milliseconds, on every connection. */
  delay(milliseconds: number): void;
  /** How many connections have been made so far. */
  accepted(): number;
  /** Lets no message through on the connections that are open now: a subscriber hears nothing, and is not told. */
  muteMessages(): void;
}

/** Puts one address before a Redis server, until the test ends. */
export async function startRedisFront(target: number): Promise<RedisFront> {
  const open = new Set<Way>();
  let leadsTo = target;
  let accepted = 0;
  let delay = 0;
  const server = createServer((incoming) => {
    accepted += 1;
    const way = layWay(incoming, leadsTo, () => delay);
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
    delay(milliseconds) {
      delay = milliseconds;
    },
    accepted: () => accepted,
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

function layWay(incoming: Socket, port: number, delay: () => number): Way {
  const way: Way = { incoming, refusal: undefined, isMute: false };
  const outgoing = connect(port, '127.0.0.1');
  const countCommands = commandCounter();
  incoming.on('error', () => {});
  outgoing.on('error', () => incoming.destroy());
  outgoing.once('close', () => incoming.destroy());
  incoming.once('close', () => outgoing.destroy());
  incoming.on('data', (sent: Buffer) => {
    if (way.refusal === undefined) later(delay(), () => outgoing.write(sent));
    else outgoing.write(errorCommand(way.refusal).repeat(countCommands(sent)));
  });
  outgoing.on('data', (answer: Buffer) => {
    if (!way.isMute || !answer.includes('$7\r\nmessage\r\n')) incoming.write(answer);
  });
  return way;
}

/** A command that Redis answers with an error: by itself, so that the answer comes in its turn. */
function errorCommand(error: string): string {
  const texts = ['EVAL', 'return redis.error_reply(ARGV[1])', '0', `-${error}`];
  return `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;
}

function later(milliseconds: number, act: () => void): void {
  if (milliseconds === 0) act();
  else setTimeout(act, milliseconds);
}

/** Counts commands in what a client sends: each is an array of texts with their lengths, and may come in several chunks. */
function commandCounter(): (sent: Buffer) => number {
  let rest = Buffer.alloc(0);

  /** @returns where the line with a number ends, and the number; undefined when it has not come yet */
  function readNumber(at: number): { after: number; number: number } | undefined {
    const end = rest.indexOf('\r\n', at);
    return end < 0 ? undefined : { after: end + 2, number: Number(rest.subarray(at + 1, end)) };
  }

  /** @returns where the command that begins there ends; undefined when it has not all come yet */
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
