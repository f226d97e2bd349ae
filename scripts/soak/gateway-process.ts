// Runs the gateways on real HTTP servers. The test measures the memory and the handles of this process, which must exit by itself at the end.
import type { Server } from 'node:http';
import { pino } from 'pino';
import { getGlobalDispatcher } from 'undici';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { listen } from '../../src/cli/http-server.ts';
import { createGateway, createLogger, type Gateway, type GatewayOptions } from '../../src/index.ts';
import { answerParent } from '../../test/support/remote.ts';
import { longestSessionToken, maxStaleAge, modeOf, templates, webhookSecret } from './configuration.ts';
import { followResources, leftovers } from './leftovers.ts';
import { createMemorySampler } from './memory.ts';
import { type LogNews, watchLog } from './watch-log.ts';

/** A message of this process to its parent. */
export type GatewayNews = LogNews | { news: 'violation'; what: string; detail: string };

/** The options of a gateway that the parent sets. */
export type GatewayConnection = Pick<GatewayOptions, 'secretKey' | 'publishableKey' | 'apiUrl'> & {
  redisUrl?: string;
};

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
  if (warning.name.startsWith('MaxListeners')) reportViolation('too many event listeners', warning);
});

const sampleMemory = createMemorySampler();
const resources = followResources();
prepareClerkConnections();

interface Running {
  gateway: Gateway;
  server: Server;
}

const running = new Map<number, Running>();
const ended: ReturnType<Gateway['stats']>[] = [];
let before = resources();
let started = 0;
let finished = false;

const handlers = {
  /** Opens a gateway. @param logger - `own` redacts secrets; with `plain`, no log line may need it */
  async open(connection: GatewayConnection, logger: 'own' | 'plain') {
    if (started === 0) before = resources();
    started += 1;
    const id = started;
    const destination = watchLog(id, send);
    const gateway = createGateway({
      ...connection,
      templates,
      maxStaleAge,
      maxSessionTokenLifetime: longestSessionToken,
      authorizedParties: 'any',
      webhookSigningSecret: webhookSecret,
      corsOrigins: ['https://app.example.com'],
      mode: modeOf(id),
      // Small enough to be full within the first third of the run.
      cacheSize: 300,
      // Low enough to be reached sometimes.
      mintBudget: 1_500,
      mintBudgetShare: 0.5,
      logger:
        logger === 'own'
          ? createLogger({ level: 'debug', destination })
          : pino({ level: 'debug', base: null }, destination),
    });
    const { server, origin } = await listen(gateway, 0, '127.0.0.1');
    running.set(id, { gateway, server });
    return { id, origin };
  },
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
