import { AsyncResource } from 'node:async_hooks';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import type { ConnectionPair } from './connection-pair.ts';
import type { Probe } from './probe.ts';

/** The state of a connection to Redis, which the functions for commands, reconnecting and probing share. */
export interface ConnectionState {
  readonly pair: ConnectionPair;
  readonly probe: Probe;
  /** The listener of each channel that the subscriber listens to. */
  readonly channels: Map<string, (message: string) => void>;
  /** Called each time that Redis becomes connected. */
  readonly connectedListeners: (() => void)[];
  readonly log: Pick<GatewayLogger, 'warn' | 'info' | 'error'>;
  readonly reporter: Pick<Reporter, 'redisCommand' | 'startSpan'>;
  /** The async context in which the connection was created. */
  readonly context: AsyncResource;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Longest wait for the reply to a command, in milliseconds. @default undefined (that of withCommandTimeout) */
  readonly commandTimeoutMs?: number | undefined;
  phase: 'connecting' | 'connected' | 'unavailable' | 'closed';
  /** Whether Redis accepted the last probe. */
  isWritable: boolean;
  /** When Redis became unavailable, in milliseconds since the epoch; 0 before the first time. */
  unavailableSince: number;
  /** Commands in a row that timed out. */
  lateCommands: number;
  /** Attempts to connect in a row that failed. */
  failedAttempts: number;
  isConnecting: boolean;
  reconnectTimer: NodeJS.Timeout | undefined;
  /** Periodic probes in a row that failed. */
  failedProbes: number;
  isProbing: boolean;
  probeTimer: NodeJS.Timeout | undefined;
  /** When each reply error was last logged, in milliseconds since the epoch. */
  readonly replyErrorsLoggedAt: Map<string, number>;
}

/** Creates the state before the first connection, in which the subscriber listens to the channel of the probe. */
export function createConnectionState(
  parts: Pick<ConnectionState, 'pair' | 'probe' | 'log' | 'reporter' | 'now' | 'commandTimeoutMs'>,
): ConnectionState {
  const { probe } = parts;
  return {
    ...parts,
    context: new AsyncResource('mintgate.redis'),
    channels: new Map([[probe.channel, probe.onMessage]]),
    connectedListeners: [],
    phase: 'connecting',
    isWritable: true,
    ...{ unavailableSince: 0, lateCommands: 0, failedAttempts: 0, failedProbes: 0 },
    ...{ isConnecting: false, reconnectTimer: undefined, isProbing: false, probeTimer: undefined },
    replyErrorsLoggedAt: new Map(),
  };
}

/**
 * Starts a timer that does not keep the process alive. Its work, which is for all requests, runs in the context of the connection:
 * otherwise its log lines would carry the trace of the request that happened to start it.
 */
export function startTimer(
  { context }: ConnectionState,
  work: () => void,
  milliseconds: number,
): NodeJS.Timeout {
  return context.runInAsyncScope(() => setTimeout(work, milliseconds).unref());
}
