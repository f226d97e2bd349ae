import { Redis, type RedisOptions } from 'ioredis';
import { readRedisUrl } from './address.ts';

/** The two connections of a process to Redis. Behind one address they may lead to two servers, so they live and end together. */
export interface ConnectionPair {
  /** The connection for commands. */
  readonly client: Redis;
  /** The connection for the messages of channels. */
  readonly subscriber: Redis;
  isOpen(): boolean;
  /** Opens both and logs in, unless they are open. @throws what has failed, and after `close` */
  open(): Promise<void>;
  /** The first failure since `open` was called: others only follow from it. A wrong password, for example. */
  causeOf(error: unknown): unknown;
  /** Closes both at once, whether the other end answers or not: the next `open` asks the address anew. */
  drop(): void;
  /** Closes both for good when what was sent has arrived. */
  close(): void;
}

/** When a command that nobody waits for any more is given up altogether, in milliseconds. */
const commandTimeout = 2_000;
/** How long a connection may take to be made, in milliseconds. */
const connectTimeout = 2_000;

const options: RedisOptions = {
  lazyConnect: true,
  // The library would write to the console about users with few rights.
  enableReadyCheck: false,
  disableClientInfo: true,
  enableOfflineQueue: false,
  commandTimeout,
  connectTimeout,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  // Connections are made again by the link, whose timers keep no process alive.
  retryStrategy: () => null,
  reconnectOnError: null,
};

/**
 * Prepares both connections, and opens none yet. Nothing here keeps a process alive.
 *
 * @param url - `redis://` or `rediss://`, with user, password and database where there are any
 * @param onLost - called when one of them has ended, and the other is being closed
 */
export function createConnectionPair(url: string, onLost: () => void): ConnectionPair {
  const { address, logIn } = readRedisUrl(url);
  const [client, subscriber] = [new Redis(address, options), new Redis(address, options)];
  const both = [client, subscriber];
  let firstError: unknown;
  let closed = false;

  for (const connection of both) {
    connection.on('error', (error: unknown) => {
      firstError ??= error;
    });
    connection.on('connect', () => connection.stream?.unref?.());
    connection.on('end', () => {
      drop();
      onLost();
    });
  }

  const isOpen = () => both.every(({ status }) => status === 'ready');
  const isClosed = ({ status }: Redis) => status === 'wait' || status === 'end';

  function drop(): void {
    for (const connection of both) {
      if (isClosed(connection)) continue;
      connection.disconnect();
      connection.stream?.destroy();
    }
  }

  async function connect(connection: Redis): Promise<void> {
    await connection.connect();
    await logIn(connection);
  }

  return {
    client,
    subscriber,
    isOpen,
    async open() {
      firstError = undefined;
      if (isOpen()) return;
      if (closed || !both.every(isClosed))
        throw new Error('cannot connect: the connections were closed for good, or are still closing');
      await Promise.all(both.map(connect));
    },
    causeOf: (error) => firstError ?? error,
    drop,
    close() {
      closed = true;
      for (const connection of both) connection.disconnect();
    },
  };
}
