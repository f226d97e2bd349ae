import type { GatewayLogger, LogMethod } from '../logging/logger.ts';
import { unref } from '../time/unref.ts';
import { createRedisConnection, type RedisConnection } from './connection.ts';

/** A connection to Redis whose address may change. */
export interface MovableConnection extends RedisConnection {
  /**
   * Connects to another address, such as one with a new password or a new host. The present connections serve until the new ones can be
   * used, and close a second later. Does nothing for the present address, except that it gives up an earlier move that is not finished.
   *
   * @param url - `redis://` or `rediss://`, with user, password and database where needed
   */
  moveTo(url: string): void;
}

type Log = Pick<GatewayLogger, 'warn' | 'info' | 'error'>;
type Options = Parameters<typeof createRedisConnection>[0];

/** An address of Redis, with its connections. */
interface Endpoint {
  readonly url: string;
  readonly connection: RedisConnection;
}

interface State {
  readonly options: Omit<Options, 'url'>;
  readonly channels: Map<string, (message: string) => void>;
  readonly connectedListeners: (() => void)[];
  /** The endpoint that serves; undefined only while it is created. */
  current: Endpoint | undefined;
  /** The endpoint that will serve once it is connected. */
  next: Endpoint | undefined;
  /** Endpoints that served before, until they are closed. */
  readonly former: Set<Endpoint>;
}

/** How long former connections stay open: commands have at most 50 ms, and other instances may still publish there. */
const closeAfterMs = 1_000;

/** Creates a connection to Redis, and connects in the background. @see createRedisConnection */
export function createMovableConnection({ url, ...options }: Options): MovableConnection {
  const state: State = {
    ...{ options, channels: new Map(), connectedListeners: [], former: new Set() },
    ...{ current: undefined, next: undefined },
  };
  const first = open(state, url);
  state.current = first;
  const connection = () => (state.current ?? first).connection;
  return {
    status: () => connection().status(),
    run: (command) => connection().run(command),
    onConnected: (listener) => void state.connectedListeners.push(listener),
    onMessage(channel, listener) {
      state.channels.set(channel, listener);
      connection().onMessage(channel, listener);
    },
    moveTo: (address) => moveTo(state, address),
    close: () => closeAll(state),
  };
}

function open(state: State, url: string): Endpoint {
  // Logs nothing before it has returned.
  const log = logOf(state, () => endpoint);
  const endpoint: Endpoint = { url, connection: createRedisConnection({ ...state.options, url, log }) };
  for (const [channel, listener] of state.channels) endpoint.connection.onMessage(channel, listener);
  endpoint.connection.onConnected(() => {
    if (state.next === endpoint) replace(state, endpoint);
    if (state.current === endpoint) for (const listener of state.connectedListeners) listener();
  });
  return endpoint;
}

function moveTo(state: State, url: string): void {
  if (url === state.next?.url) return;
  state.next?.connection.close();
  state.next = url === state.current?.url ? undefined : open(state, url);
}

function replace(state: State, endpoint: Endpoint): void {
  const before = state.current;
  state.current = endpoint;
  state.next = undefined;
  state.options.log.info('Redis is connected at its new address');
  if (before === undefined) return;
  state.former.add(before);
  const timer = setTimeout(() => {
    state.former.delete(before);
    before.connection.close();
  }, closeAfterMs);
  unref(timer);
}

function closeAll({ current, next, former }: State): void {
  for (const endpoint of [current, next, ...former]) endpoint?.connection.close();
}

/** Returns the log of an endpoint. Only the endpoint that serves writes lines as they are. */
function logOf(state: State, endpointOf: () => Endpoint): Log {
  const { log } = state.options;
  const serves = () => state.current === undefined || state.current === endpointOf();
  const failure = (name: 'warn' | 'error') => (fields: object | string, text?: string) => {
    if (serves()) write(log[name], fields, text);
    else if (state.next === endpointOf()) write(log[name], fields, notYet);
  };
  return {
    warn: failure('warn'),
    error: failure('error'),
    info: (fields: object | string, text?: string) => serves() && write(log.info, fields, text),
  };
}

const notYet = 'the new address of Redis cannot be used: the connections to the former one stay until it can';

function write(method: LogMethod, fields: object | string, text?: string): void {
  if (typeof fields === 'string') method(fields);
  else method(fields, text);
}
