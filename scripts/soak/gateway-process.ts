// Runs the gateways on real HTTP servers. The test measures the memory and the handles of this process, which must exit by itself at the end.
import type { Server } from 'node:http';
import { pino } from 'pino';
import { getGlobalDispatcher } from 'undici';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { listen } from '../../src/cli/http-server.ts';
import { createGateway, createLogger, type Gateway, type GatewayOptions } from '../../src/index.ts';
import { answerParent } from '../../test/support/remote.ts';
import { modeOf } from './configuration.ts';
import {
  type BadConfiguration,
  badConfigurations,
  type GatewaySettings,
  optionsOf,
} from './gateway-settings.ts';
import { followResources, leftovers } from './leftovers.ts';
import { createMemorySampler } from './memory.ts';
import { type LogNews, watchLog } from './watch-log.ts';

/** A message of this process to its parent. */
export type GatewayNews = LogNews | { news: 'violation'; what: string; detail: string };

const send = (news: GatewayNews) => void process.send?.(news);
const reportViolation = (what: string, error: unknown) => {
  const { name, message, stack = '' } = error as Error;
  send({
    news: 'violation',
    what,
    detail: `${name}: ${message}\n${stack.split('\n').slice(1, 6).join('\n')}`,
  });
};
process.on('unhandledRejection', (reason) => reportViolation('unhandled rejection', reason));
process.on('uncaughtException', (error) => reportViolation('uncaught exception', error));
process.on('warning', (warning) => {
  // Such as MaxListenersExceededWarning and TimeoutNegativeWarning.
  if (warning.name !== 'Warning') reportViolation('Node.js warns of a mistake', warning);
});

const sampleMemory = createMemorySampler();
const resources = followResources();
prepareClerkConnections();

interface Running {
  gateway: Gateway;
  server: Server;
  /** The options that no reload changes. */
  lasting: Partial<GatewayOptions>;
}

const running = new Map<number, Running>();
const ended: ReturnType<Gateway['stats']>[] = [];
let before = resources();
let finished = false;

const handlers = {
  /** Opens a gateway. @param logger - `own` redacts secrets; with `plain`, no log line may need it */
  async open(id: number, settings: GatewaySettings, logger: 'own' | 'plain') {
    if (id === 1) before = resources();
    const destination = watchLog(id, send);
    const lasting: Partial<GatewayOptions> = {
      mode: modeOf(id),
      logger:
        logger === 'own'
          ? createLogger({ level: 'debug', destination })
          : pino({ level: 'debug', base: null }, destination),
    };
    const gateway = createGateway({ ...optionsOf(settings), ...lasting });
    const { server, origin } = await listen(gateway, 0, '127.0.0.1');
    running.set(id, { gateway, server, lasting });
    return { origin };
  },
  reload,
  close,
  sampleMemory,
  stats: () => [...ended, ...[...running.values()].map(({ gateway }) => gateway.stats())],
  /** Closes everything. @returns the resources that are still open */
  async finish() {
    for (const id of running.keys()) await close(id);
    // The connections to Clerk belong to the process, as with `mintgate serve`.
    await getGlobalDispatcher().close();
    const left = await leftovers(resources, before, 3_000);
    finished = true;
    setImmediate(() => process.disconnect());
    return left;
  },
};

export type GatewayProcess = typeof handlers;

/** Reloads a gateway. @param bad - how its configuration is wrong. @returns the outcome */
async function reload(id: number, settings: GatewaySettings, bad?: BadConfiguration): Promise<string> {
  const found = running.get(id);
  if (!found) return 'the gateway is closed';
  const options = { ...optionsOf(settings), ...found.lasting };
  try {
    const source = bad ? (badConfigurations[bad](options) as GatewayOptions) : options;
    const needRestart = await found.gateway.reload(source);
    return `applied${needRestart.length > 0 ? `, but a restart is needed for ${needRestart.join(', ')}` : ''}`;
  } catch (error) {
    return `refused: ${String(error)}`;
  }
}

async function close(id: number): Promise<void> {
  const found = running.get(id);
  if (!found) return;
  running.delete(id);
  const { gateway, server } = found;
  gateway.drain();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 1_000);
  await closed;
  clearTimeout(timer);
  await gateway.dispose();
  ended.push(gateway.stats());
}

process.once('disconnect', () => {
  // The parent has exited.
  if (!finished) process.exit(1);
});
answerParent(handlers);
