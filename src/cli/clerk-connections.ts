import {
  Agent,
  type Dispatcher,
  EnvHttpProxyAgent,
  getGlobalDispatcher,
  Pool,
  setGlobalDispatcher,
} from 'undici';

/** The largest number of connections to Clerk. They carry all calls that Clerk accepts in 10 s in less time. */
const connections = 128;

const connect = { timeout: 3_000 };

const bounds = {
  connections,
  connect,
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 300_000,
  // Longer than the deadline of a caller, because a late token is still cached for the next caller.
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
};

interface ClerkConnectionsOptions {
  /** Hosts that are reached without a proxy, in addition to `NO_PROXY`. @default [] */
  direct?: readonly string[];
}

/**
 * Configures the global `fetch`, with which Clerk's SDK calls Clerk: keep-alive connections, a maximum number, and timeouts.
 * With `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`, they use the proxy of the environment. A dispatcher of another class, set by a
 * preloaded module or by the config file, stays in place. Call this only in a process that the gateway owns.
 */
export function prepareClerkConnections({ direct = [] }: ClerkConnectionsOptions = {}): void {
  // Compared by name, because Node.js has its own copy of the classes of undici.
  const { name } = getGlobalDispatcher().constructor;
  if (name === 'Agent') setGlobalDispatcher(new Agent(bounds));
  if (name === 'EnvHttpProxyAgent') setGlobalDispatcher(createProxyAgent(direct));
}

function createProxyAgent(direct: readonly string[]): Dispatcher {
  const noProxy = process.env.no_proxy ?? process.env.NO_PROXY ?? '';
  return new EnvHttpProxyAgent({
    ...bounds,
    proxyTls: connect,
    requestTls: connect,
    // undici has no timeout for the proxy's answer to CONNECT.
    clientFactory: (proxy, options) =>
      new Pool(proxy, { ...bounds, headersTimeout: connect.timeout, ...options }),
    noProxy: noProxy === '*' ? noProxy : [noProxy, ...direct].join(','),
  });
}
