import {
  Agent,
  type Dispatcher,
  EnvHttpProxyAgent,
  getGlobalDispatcher,
  Pool,
  setGlobalDispatcher,
} from 'undici';

/** Most connections to Clerk at once: what it admits in 10 s fits through these in less. */
const connections = 128;

const connect = { timeout: 3_000 };

const bounds = {
  connections,
  connect,
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 300_000,
  // Longer than a caller waits: what comes late is still good for the next one.
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
};

export interface ClerkConnectionsOptions {
  /** Hosts that are never reached through a proxy, besides those of `NO_PROXY`. @default [] */
  direct?: readonly string[];
}

/**
 * Sets up the connections of this process to Clerk, which Clerk's SDK makes by the global `fetch`: kept alive between
 * calls, bounded in number, given up when nothing comes. Where Node.js was told to use the proxy of the environment
 * (`NODE_USE_ENV_PROXY=1`, `--use-env-proxy`), they go through it. A dispatcher of another class, set by a preloaded module or the
 * config file, stays in place. Only for a process that is the gateway's own.
 */
export function prepareClerkConnections({ direct = [] }: ClerkConnectionsOptions = {}): void {
  // By name: Node.js has its own copy of undici's classes.
  const { name } = getGlobalDispatcher().constructor;
  if (name === 'Agent') setGlobalDispatcher(new Agent(bounds));
  if (name === 'EnvHttpProxyAgent') setGlobalDispatcher(proxyOfEnvironment(direct));
}

function proxyOfEnvironment(direct: readonly string[]): Dispatcher {
  const noProxy = process.env.no_proxy ?? process.env.NO_PROXY ?? '';
  return new EnvHttpProxyAgent({
    ...bounds,
    proxyTls: connect,
    requestTls: connect,
    // The proxy's answer to CONNECT has no bound of its own.
    clientFactory: (proxy, options) =>
      new Pool(proxy, { ...bounds, headersTimeout: connect.timeout, ...options }),
    noProxy: noProxy === '*' ? noProxy : [noProxy, ...direct].join(','),
  });
}
