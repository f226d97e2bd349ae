import { Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { GatewayLogger } from '../log.ts';
import { readRedisUrl } from './redis-url.ts';

/** A connection to Redis that may be away at any time. */
export interface RedisLink {
  /** The client of commands; for what wants one. Its commands go through `call`. */
  readonly client: Redis;
  /** Whether commands reach Redis as far as is known. */
  isHere(): boolean;
  /**
   * Runs a command.
   *
   * @throws RedisAway at once while Redis is away; RedisLate after 50 ms; else whatever the command throws
   */
  call<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Called whenever Redis is there: after the start, and after each time it was away. */
  onHere(listener: () => void): void;
  /** Receives the messages of a channel, as long as there is a connection. */
  onMessage(channel: string, listener: (message: string) => void): void;
  close(): void;
}

/** Thrown for commands while Redis is away. */
export class RedisAway extends Error {
  override name = 'RedisAway';
}

/** Thrown for a command that takes too long. */
export class RedisLate extends Error {
  override name = 'RedisLate';
}

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  url: string;
  log: Pick<GatewayLogger, 'warn' | 'info' | 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long one command may take, in milliseconds. */
const patience = 50;
/** After so many late commands in a row Redis counts as away. */
const lateInARow = 5;
/** When a command that nobody waits for any more is given up altogether, in milliseconds. */
const commandTimeout = 2_000;
/** How long a connection may take to be made, in milliseconds. */
const connectTimeout = 2_000;
/** How long to wait before Redis is tried again, in milliseconds. */
const tryAgainAfter = 500;
/** After so many tries in a row without an answer, connections are made anew: the old ones may lead nowhere. */
const triesPerConnection = 6;
/** Shortest time between two lines about the same refusal of Redis's, in milliseconds. */
const complainEvery = 60_000;

const gone =
  'Redis is away: tokens are held and revocations kept by this process alone until it is back; nothing else is lost';

/**
 * Connects to Redis. Commands are never queued: while Redis is down, or answers too late again and again, it counts as away,
 * every command fails at once, and it is tried again in the background. Nothing here keeps a process alive.
 */
export function connectRedis({ url, log, now }: RedisLinkOptions): RedisLink {
  const { address, logIn } = readRedisUrl(url);
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
    // Connections are made again here, by timers that keep no process alive.
    retryStrategy: () => null,
    reconnectOnError: null,
  };
  const client = new Redis(address, options);
  const subscriber = new Redis(address, options);
  const channels = new Map<string, (message: string) => void>();
  const listeners: (() => void)[] = [];
  const complaints = new Map<string, number>();
  let state: 'starting' | 'here' | 'away' | 'closed' = 'starting';
  let timer: NodeJS.Timeout | undefined;
  let unanswered = 0;
  let late = 0;
  let arriving = false;
  // A wrong password, for example: what fails later only follows from it.
  let firstError: unknown;

  for (const connection of [client, subscriber]) {
    connection.on('error', (error: unknown) => {
      firstError ??= error;
    });
    connection.on('connect', () => connection.stream?.unref?.());
    connection.on('end', () => {
      if (!arriving) leave('connection lost');
    });
  }
  subscriber.on('message', (channel: string, message: string) => channels.get(channel)?.(message));

  function leave(why: string): void {
    if (state === 'closed') return;
    if (state !== 'away') log.warn({ why }, gone);
    state = 'away';
    tryLater();
  }

  function tryLater(): void {
    if (timer || state === 'closed') return;
    timer = setTimeout(() => {
      timer = undefined;
      void arrive();
    }, tryAgainAfter);
    timer.unref?.();
  }

  /** Makes what connections are missing, and sees whether Redis answers in time. */
  async function arrive(): Promise<void> {
    arriving = true;
    firstError = undefined;
    try {
      await Promise.all([client, subscriber].map((connection) => connected(connection, logIn)));
      await inTime(Promise.all([client.ping(), subscriber.ping()]));
      if (channels.size > 0) await subscriber.subscribe(...channels.keys());
    } catch (failure) {
      const error = firstError ?? failure;
      if (error instanceof ReplyError) complain(error);
      unanswered += 1;
      if (unanswered % triesPerConnection === 0) for (const stuck of [client, subscriber]) stuck.disconnect();
      return leave(describe(error));
    } finally {
      arriving = false;
    }
    if (state === 'closed') return;
    unanswered = 0;
    late = 0;
    if (state !== 'here') log.info(state === 'away' ? 'Redis is back' : 'Redis is connected');
    state = 'here';
    for (const listener of listeners) listener();
  }

  /** Redis is there, but does not want to: said once a minute for each kind of refusal. */
  function complain(error: unknown): void {
    const why = describe(error);
    if (Math.abs(now() - (complaints.get(why) ?? Number.NEGATIVE_INFINITY)) < complainEvery) return;
    complaints.set(why, now());
    log.error({ why }, 'Redis refuses a command: check REDIS_URL, its user, and its memory');
  }

  void Promise.resolve().then(arrive);

  return {
    client,
    isHere: () => state === 'here',
    async call(command) {
      if (state !== 'here') throw new RedisAway('Redis is away');
      try {
        const answer = await inTime(command(client));
        late = 0;
        return answer;
      } catch (error) {
        late = error instanceof RedisLate ? late + 1 : 0;
        if (error instanceof ReplyError) complain(error);
        else if (late === 0 || late >= lateInARow) leave(describe(error));
        throw error;
      }
    },
    onHere: (listener) => void listeners.push(listener),
    onMessage: (channel, listener) => void channels.set(channel, listener),
    close() {
      state = 'closed';
      clearTimeout(timer);
      client.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Bounds the wait for an answer. One that has come while this process was busy is in time: it is read before the verdict. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new RedisLate('no answer in time'))), patience);
    timer.unref?.();
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function connected(connection: Redis, logIn: (connection: Redis) => Promise<void>): Promise<void> {
  switch (connection.status) {
    case 'ready':
      return;
    case 'wait':
    case 'end':
    case 'close':
      await connection.connect();
      return logIn(connection).catch((error: unknown) => {
        // As whom and where it would stay otherwise is not what was asked for.
        connection.disconnect();
        throw error;
      });
    default:
      // Still at it: this try comes too early.
      throw new Error('connecting');
  }
}

// Redis's refusals begin with a word such as OOM; what follows may quote a command.
function describe(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: unknown };
  if (error instanceof ReplyError) return /^[A-Z]+/.exec(message)?.[0] ?? 'refused';
  if (typeof code === 'string') return code;
  return error instanceof RedisLate || /timed out/i.test(message) ? 'too slow' : 'connection lost';
}
