import { checkWritable } from './check-writable.ts';
import { RedisTimeoutError, withCommandTimeout } from './command-timeout.ts';
import { type ConnectionState, startTimer } from './connection-state.ts';
import { describeRedisError, isReplyError } from './reply-error.ts';
import { logReplyError } from './reply-error-log.ts';

/** Time between two attempts to connect, in milliseconds. */
const reconnectAfterMs = 500;
/** Timed-out attempts in a row after which both connections are replaced: the old ones may be dead. */
const attemptsPerConnection = 6;

/** Connects, or checks the connections that are open. When that fails, it tries again in the background. */
export async function connect(state: ConnectionState): Promise<void> {
  state.isConnecting = true;
  try {
    await openAndCheck(state);
  } catch (failure) {
    onAttemptFailed(state, state.pair.causeOf(failure));
    return;
  } finally {
    state.isConnecting = false;
  }
  onConnected(state);
}

/** Marks Redis as unavailable, logs that once, and schedules an attempt to connect. @param why - the reason, for the log */
export function markUnavailable(state: ConnectionState, why: string): void {
  if (state.phase === 'closed') return;
  if (state.phase !== 'unavailable') {
    state.unavailableSince = state.now();
    state.log.warn(
      { why },
      'Redis is unavailable: until it is connected again, this process caches tokens, counts limits and keeps revocations alone',
    );
  }
  state.phase = 'unavailable';
  scheduleConnect(state);
}

/** Closes both connections after a failure, and marks Redis as unavailable, unless it is already. */
export function dropConnection(state: ConnectionState, error: unknown): void {
  if (state.phase !== 'connected') return;
  state.pair.drop();
  markUnavailable(state, describeRedisError(error));
}

async function openAndCheck(state: ConnectionState): Promise<void> {
  const { pair, channels } = state;
  await pair.open();
  await withCommandTimeout(Promise.all([pair.client.ping(), pair.subscriber.ping()]), state.commandTimeoutMs);
  await pair.subscriber.subscribe(...channels.keys());
  await checkWritable(state);
  if (!pair.isOpen()) throw new Error('a connection to Redis was closed while it was checked');
}

function onConnected(state: ConnectionState): void {
  if (state.phase === 'closed') return;
  state.failedAttempts = 0;
  state.lateCommands = 0;
  state.failedProbes = 0;
  if (state.phase !== 'connected') {
    state.log.info(state.phase === 'unavailable' ? 'Redis is connected again' : 'Redis is connected');
  }
  state.phase = 'connected';
  for (const listener of state.connectedListeners) listener();
}

function onAttemptFailed(state: ConnectionState, error: unknown): void {
  state.failedAttempts += 1;
  const isLate = error instanceof RedisTimeoutError;
  // After a timeout the connections stay: Redis may only be busy.
  if (!isLate || state.failedAttempts % attemptsPerConnection === 0) state.pair.drop();
  markUnavailable(state, describeRedisError(error));
  if (isReplyError(error)) logReplyError(state, error);
}

function scheduleConnect(state: ConnectionState): void {
  if (state.reconnectTimer || state.phase === 'closed') return;
  const reconnect = () => {
    state.reconnectTimer = undefined;
    void connect(state);
  };
  state.reconnectTimer = startTimer(state, reconnect, reconnectAfterMs);
}
