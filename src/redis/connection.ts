import type { Redis } from 'ioredis';
import type { GatewayLogger } from '../logging/logger.ts';
import { createReporter, type Reporter } from '../telemetry/reporter.ts';
import { RedisTimeoutError, withCommandTimeout } from './command-timeout.ts';
import { createConnectionPair } from './connection-pair.ts';
import { type ConnectionState, createConnectionState } from './connection-state.ts';
import { namedClient } from './named-client.ts';
import { probeNow, startProbing } from './periodic-probe.ts';
import { createProbe } from './probe.ts';
import { connect, dropConnection, markUnavailable } from './reconnect.ts';
import { affectsAllWrites, describeRedisError, isReplyError, needsReconnect } from './reply-error.ts';
import { logReplyError } from './reply-error-log.ts';

/** The status of Redis. `not writable`: it answers but refuses writes. `away`: it is unavailable, or has never been connected. */
export type RedisStatus = 'connected' | 'not writable' | 'away';

/** A connection to Redis, which may be unavailable at any time. */
export interface RedisConnection {
  /** Returns the last known status. */
  status(): RedisStatus;
  /**
   * Runs a command.
   *
   * @throws RedisUnavailableError at once while Redis is unavailable; RedisTimeoutError after `commandTimeoutMs`; the reply error of the command
   */
  run<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Adds a listener that is called each time that Redis becomes connected. */
  onConnected(listener: () => void): void;
  /** Sets the listener for the messages of a channel. Call it before the first connection. */
  onMessage(channel: string, listener: (message: string) => void): void;
  /** Closes the connection for good. */
  close(): void;
}

/** Thrown for a command while Redis is unavailable. */
export class RedisUnavailableError extends Error {
  override name = 'RedisUnavailableError';
}

interface RedisConnectionOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  url: string;
  /** The prefix of every key and channel of this Clerk instance. */
  prefix: string;
  log: Pick<GatewayLogger, 'warn' | 'info' | 'error'>;
  /** @default a reporter without receivers */
  reporter?: Pick<Reporter, 'redisCommand' | 'startSpan'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Longest wait for the reply to a command, in milliseconds. @default 50 */
  commandTimeoutMs?: number;
}

/** Timed-out commands in a row after which Redis counts as unavailable. */
const maxLateCommands = 5;

/**
 * Creates a connection to Redis, and connects in the background. Commands are never queued: while Redis is down, times out again and
 * again, or is not the server to write to, every command fails at once and the connection is tried again every 500 ms. No timer and no
 * socket keeps the process alive.
 */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { url, prefix, log, reporter = createReporter(), now, commandTimeoutMs } = options;
  const pair = createConnectionPair(url, {
    onLost: () => {
      if (!state.isConnecting) markUnavailable(state, 'connection lost');
    },
    onMessage: (channel, message) => state.channels.get(channel)?.(message),
  });
  const state = createConnectionState({
    pair,
    probe: createProbe(prefix),
    log,
    reporter,
    now,
    commandTimeoutMs,
  });
  startProbing(state);
  // After the caller has added its channels.
  void Promise.resolve().then(() => connect(state));

  return {
    status: () => statusOf(state),
    run: (command) => run(state, command),
    onConnected: (listener) => void state.connectedListeners.push(listener),
    onMessage: (channel, listener) => void state.channels.set(channel, listener),
    close: () => close(state),
  };
}

function statusOf({ phase, isWritable }: ConnectionState): RedisStatus {
  if (phase !== 'connected') return 'away';
  return isWritable ? 'connected' : 'not writable';
}

async function run<T>(state: ConnectionState, command: (client: Redis) => Promise<T>): Promise<T> {
  if (state.phase !== 'connected') {
    state.reporter.redisCommand('unavailable');
    throw new RedisUnavailableError('Redis is unavailable');
  }
  const span = state.reporter.startSpan({ kind: 'redis-command' });
  let operation: string | undefined;
  const nameOperation = (name: string) => {
    operation = name;
  };
  try {
    const { client } = state.pair;
    const reply = await withCommandTimeout(
      command(span ? namedClient(client, nameOperation) : client),
      state.commandTimeoutMs,
    );
    state.lateCommands = 0;
    state.reporter.redisCommand('ok');
    span?.end({ operation });
    return reply;
  } catch (error) {
    const result = error instanceof RedisTimeoutError ? 'timeout' : 'error';
    state.reporter.redisCommand(result);
    span?.end({ operation, errorType: result });
    onCommandFailed(state, error);
    throw error;
  }
}

function onCommandFailed(state: ConnectionState, error: unknown): void {
  if (state.phase !== 'connected') return;
  if (error instanceof RedisTimeoutError) {
    state.lateCommands += 1;
    // The connections stay: Redis may only be busy.
    if (state.lateCommands >= maxLateCommands) markUnavailable(state, describeRedisError(error));
    return;
  }
  state.lateCommands = 0;
  if (!isReplyError(error) || needsReconnect(error)) {
    dropConnection(state, error);
    return;
  }
  logReplyError(state, error);
  if (state.isWritable && affectsAllWrites(error)) void probeNow(state);
}

function close(state: ConnectionState): void {
  state.phase = 'closed';
  clearTimeout(state.reconnectTimer);
  clearTimeout(state.probeTimer);
  state.pair.close();
}
