import type { Redis } from 'ioredis';
import type { GatewayLogger } from '../logging/logger.ts';
import { createConnectionPair } from './connection-pair.ts';
import { createProbe } from './probe.ts';
import {
  adviceOn,
  describeRedisError,
  isPassing,
  isRefusal,
  leadsElsewhere,
  refusesWrites,
} from './reply-error.ts';

/** The status of Redis; `not writable`: it answers, and refuses writes. */
export type RedisStatus = 'connected' | 'not writable' | 'away';

/** A connection to Redis that may be away at any time. */
export interface RedisConnection {
  /** The client of commands; for what wants one. Its commands go through `call`. */
  readonly client: Redis;
  /** The status of Redis as far as is known. */
  status(): RedisStatus;
  /**
   * Runs a command.
   *
   * @throws RedisUnavailableError at once while Redis is away; RedisTimeoutError after 50 ms; else whatever the command throws
   */
  call<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Called whenever Redis is there: after the start, and after each time it was away. */
  onHere(listener: () => void): void;
  /** Receives the messages of a channel, as long as there is a connection. */
  onMessage(channel: string, listener: (message: string) => void): void;
  close(): void;
}

/** Thrown for commands while Redis is away. */
export class RedisUnavailableError extends Error {
  override name = 'RedisUnavailableError';
}

/** Thrown for a command that takes too long. */
export class RedisTimeoutError extends Error {
  override name = 'RedisTimeoutError';
}

export interface RedisConnectionOptions {
  /** `redis://` or `rediss://`, with user, password and database where there are any. */
  url: string;
  /** Begins every key and channel of this Clerk instance. */
  prefix: string;
  log: Pick<GatewayLogger, 'warn' | 'info' | 'error'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long one command may take, in milliseconds. */
const patience = 50;
/** After so many late commands in a row Redis counts as away. */
const lateInARow = 5;
/** How long to wait before Redis is tried again, in milliseconds. */
const tryAgainAfter = 500;
/** After so many late tries in a row, connections are made anew: the old ones may lead nowhere. */
const triesPerConnection = 6;
/** How often it is tried whether Redis takes values and passes messages on, in milliseconds. */
const probeEvery = 5_000;
/** After so many late probes in a row Redis counts as away: its messages may not arrive any more. */
const lateProbesInARow = 3;
/** Shortest time between two lines about the same refusal of Redis's, in milliseconds. */
const complainEvery = 60_000;

const gone =
  'Redis is away: until it is back, this process holds tokens, counts limits and keeps revocations alone';

/**
 * Connects to Redis. Commands are never queued: while Redis is down, answers too late again and again, or is not the server to
 * write to, it counts as away, every command fails at once, and it is tried again in the background. Nothing here keeps a process
 * alive.
 */
export function connectRedis({ url, prefix, log, now }: RedisConnectionOptions): RedisConnection {
  const connections = createConnectionPair(url, () => {
    if (!arriving) leave('connection lost');
  });
  const { client, subscriber } = connections;
  const probe = createProbe(prefix);
  const channels = new Map([[probe.channel, probe.onMessage]]);
  const listeners: (() => void)[] = [];
  const complaints = new Map<string, number>();
  let state: 'starting' | 'here' | 'away' | 'closed' = 'starting';
  let writable = true;
  let awaySince = 0;
  let timer: NodeJS.Timeout | undefined;
  let probeTimer: NodeJS.Timeout | undefined;
  let unanswered = 0;
  let late = 0;
  let lateProbes = 0;
  let arriving = false;
  let probing = false;

  subscriber.on('message', (channel: string, message: string) => channels.get(channel)?.(message));
  probeLater(probeEvery);

  function leave(why: string): void {
    if (state === 'closed') return;
    if (state !== 'away') {
      awaySince = now();
      log.warn({ why }, gone);
    }
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

  /** Opens what is closed, and sees whether Redis answers in time and is the one to write to. */
  async function arrive(): Promise<void> {
    arriving = true;
    try {
      await connections.open();
      await inTime(Promise.all([client.ping(), subscriber.ping()]));
      await subscriber.subscribe(...channels.keys());
      await proveWritable();
      if (!connections.isOpen()) throw new Error('connection lost');
    } catch (failure) {
      return giveUp(connections.causeOf(failure));
    } finally {
      arriving = false;
    }
    if (state === 'closed') return;
    unanswered = 0;
    late = 0;
    lateProbes = 0;
    if (state !== 'here') log.info(state === 'away' ? 'Redis is back' : 'Redis is connected');
    state = 'here';
    for (const listener of listeners) listener();
  }

  function giveUp(error: unknown): void {
    unanswered += 1;
    if (!(error instanceof RedisTimeoutError) || unanswered % triesPerConnection === 0) connections.drop();
    leave(describeRedisError(error));
    if (isRefusal(error)) complain(error);
  }

  /** @throws unless Redis takes values and passes messages on, or refuses for a reason that no other connection mends */
  async function proveWritable(): Promise<void> {
    try {
      await inTime(probe.run(client));
      writable = true;
    } catch (error) {
      if (!isRefusal(error) || leadsElsewhere(error)) throw error;
      complain(error);
      writable = false;
    }
  }

  function probeLater(milliseconds: number): void {
    clearTimeout(probeTimer);
    if (state === 'closed') return;
    probeTimer = setTimeout(() => void probeAgain(), milliseconds);
    probeTimer.unref?.();
  }

  /** An instance with nothing to write would not notice otherwise, nor would one whose messages do not arrive. */
  async function probeAgain(): Promise<void> {
    if (probing) return;
    probing = true;
    try {
      if (state === 'here') await proveWritable();
      lateProbes = 0;
    } catch (error) {
      lateProbes += 1;
      if (!(error instanceof RedisTimeoutError) || lateProbes >= lateProbesInARow) abandon(error);
    } finally {
      probing = false;
      probeLater(lateProbes > 0 ? tryAgainAfter : probeEvery);
    }
  }

  function abandon(error: unknown): void {
    if (state !== 'here') return;
    connections.drop();
    leave(describeRedisError(error));
  }

  /** Handles a failed command. */
  function judge(error: unknown): void {
    if (state !== 'here') return;
    if (error instanceof RedisTimeoutError) {
      late += 1;
      // The connections stay: Redis may only have been busy.
      if (late >= lateInARow) leave(describeRedisError(error));
      return;
    }
    late = 0;
    if (!isRefusal(error) || leadsElsewhere(error)) {
      abandon(error);
      return;
    }
    complain(error);
    if (writable && refusesWrites(error)) void probeAgain();
  }

  /** Redis is there, but does not want to: said once a minute for each kind of refusal, and not of what has just begun. */
  function complain(error: unknown): void {
    const why = describeRedisError(error);
    if (isPassing(why) && Math.abs(now() - awaySince) < complainEvery) return;
    if (Math.abs(now() - (complaints.get(why) ?? Number.NEGATIVE_INFINITY)) < complainEvery) return;
    complaints.set(why, now());
    log.error(
      { why },
      `Redis refuses a command: ${adviceOn(why) ?? 'check REDIS_URL, and the log of Redis'}`,
    );
  }

  void Promise.resolve().then(arrive);

  return {
    client,
    status() {
      if (state !== 'here') return 'away';
      return writable ? 'connected' : 'not writable';
    },
    async call(command) {
      if (state !== 'here') throw new RedisUnavailableError('Redis is away');
      try {
        const answer = await inTime(command(client));
        late = 0;
        return answer;
      } catch (error) {
        judge(error);
        throw error;
      }
    },
    onHere: (listener) => void listeners.push(listener),
    onMessage: (channel, listener) => void channels.set(channel, listener),
    close() {
      state = 'closed';
      clearTimeout(timer);
      clearTimeout(probeTimer);
      connections.close();
    },
  };
}

/** Bounds the wait for an answer. One that has come while this process was busy is in time: it is read before the verdict. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => reject(new RedisTimeoutError('no answer in time'))),
      patience,
    );
    timer.unref?.();
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
