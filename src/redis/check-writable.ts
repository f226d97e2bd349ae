import { withCommandTimeout } from './command-timeout.ts';
import type { ConnectionState } from './connection-state.ts';
import { isReplyError, needsReconnect } from './reply-error.ts';
import { logReplyError } from './reply-error-log.ts';

/**
 * Probes whether Redis accepts writes and delivers messages, and sets `isWritable`. When Redis refuses for a reason that another
 * connection would not change, such as a missing permission, it logs the error and the connection stays.
 *
 * @throws RedisTimeoutError, the error of the connection, or a reply error that needs a reconnect
 */
export async function checkWritable(
  state: Pick<
    ConnectionState,
    | 'pair'
    | 'probe'
    | 'commandTimeoutMs'
    | 'isWritable'
    | 'log'
    | 'now'
    | 'unavailableSince'
    | 'replyErrorsLoggedAt'
  >,
): Promise<void> {
  try {
    await withCommandTimeout(state.probe.run(state.pair.client), state.commandTimeoutMs);
    state.isWritable = true;
  } catch (error) {
    if (!isReplyError(error) || needsReconnect(error)) throw error;
    logReplyError(state, error);
    state.isWritable = false;
  }
}
