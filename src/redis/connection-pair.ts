import type { Redis, RedisOptions } from 'ioredis';
import { readRedisUrl } from './address.ts';
import { loadIoredis } from './ioredis.ts';

/** The two connections of a process to Redis. One address may lead to several servers, so both open and close together. */
export interface ConnectionPair {
  /** The connection for commands. @throws Error before the first `open`, which loads ioredis */
  readonly client: Redis;
  /** The connection that receives the messages of channels. @throws Error before the first `open` */
  readonly subscriber: Redis;
  isOpen(): boolean;
  /** Opens both and logs in; does nothing when both are open. @throws the error of the connection, a reply error, or after `close` */
  open(): Promise<void>;
  /** Returns the first error since `open` was called, such as a wrong password, because later errors only follow from it. */
  causeOf(error: unknown): unknown;
  /** Closes both at once, without waiting for Redis. The next `open` resolves the address again. */
  drop(): void;
  /** Closes both for good, after what was already sent. */
  close(): void;
}

/**
 * The timeout of ioredis for commands, in milliseconds. It limits AUTH, SELECT and SUBSCRIBE, to which the 50 ms of `run` do not apply, and
 * frees the memory of commands that timed out.
 */
const commandTimeout = 2_000;
/** Longest time to open a connection, in milliseconds. */
const connectTimeout = 2_000;

const options: RedisOptions = {
  lazyConnect: true,
  // ioredis would write to the console when the user has few permissions.
  enableReadyCheck: false,
  disableClientInfo: true,
  enableOfflineQueue: false,
  commandTimeout,
  connectTimeout,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  // reconnect.ts connects again, with timers that do not keep the process alive.
  retryStrategy: () => null,
  reconnectOnError: null,
};

interface ConnectionPairListeners {
  /** Called when one connection has ended, and the other is being closed. */
  onLost: () => void;
  /** Called for each message of a channel. */
  onMessage: (channel: string, message: string) => void;
}

/**
 * Prepares both connections without opening them. The first `open` loads ioredis. They do not keep the process alive.
 *
 * @param url - `redis://` or `rediss://`, with user, password and database where needed
 */
export function createConnectionPair(
  url: string,
  { onLost, onMessage }: ConnectionPairListeners,
): ConnectionPair {
  const { address, logIn } = readRedisUrl(url);
  /** The connections for commands and for messages; empty until ioredis is loaded. */
  let both: Redis[] = [];
  let firstError: unknown;
  let closed = false;

  async function create(): Promise<void> {
    const { Redis } = await loadIoredis();
    if (both.length > 0 || closed) return;
    const [client, subscriber] = [new Redis(address, options), new Redis(address, options)];
    subscriber.on('message', onMessage);
    both = [client, subscriber];
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
  }

  function created(connection: Redis | undefined): Redis {
    if (connection === undefined)
      throw new Error('the connections to Redis do not exist yet: call open first');
    return connection;
  }

  const isOpen = () => both.length > 0 && both.every(({ status }) => status === 'ready');
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
    get client() {
      return created(both[0]);
    },
    get subscriber() {
      return created(both[1]);
    },
    isOpen,
    async open() {
      firstError = undefined;
      if (isOpen()) return;
      if (both.length === 0) await create();
      if (closed || !both.every(isClosed))
        throw new Error(
          'cannot open the connections to Redis: they were closed for good, or are still closing',
        );
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
