import { defaultHosts } from '../config/command-table.ts';
import { endpoints } from '../http/endpoints.ts';
import { createLogger } from '../logging/node-logger.ts';
import { completeOptions, readConfiguration } from './configuration/read-configuration.ts';
import { listen } from './http-server.ts';
import { logDestination } from './log-destination.ts';
import { reloadOnRequest } from './reload/reload-on-request.ts';
import { listenForSighup } from './reload/sighup.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';

interface ServeArguments {
  port: number | undefined;
  host: string | undefined;
}

/**
 * Runs `mintgate serve`: starts the gateway for the Clerk instance of the configuration.
 *
 * @param version - the version of Mintgate
 */
export async function serve(args: ServeArguments, version: string): Promise<void> {
  const setOnSighup = listenForSighup();
  const configuration = await readConfiguration(process.cwd());
  const { environment, configFile, options } = configuration;
  const pretty = options.mode === 'development' && process.stdout.isTTY;
  const logger = createLogger({
    level: environment.logLevel,
    destination: await logDestination(pretty ? 'pretty' : 'json', process.stdout),
  });
  for (const warning of configuration.warnings) logger.warn(warning);
  const { options: complete, settings } = completeOptions({ logger, ...options }, configuration);
  const telemetry = await startTelemetry(environment, version, logger);
  // Imported late, so that an invalid setting is reported without the time to load the gateway.
  const { prepareClerkConnections } = await import('./clerk-connections.ts');
  const { createGateway } = await import('../index.ts');
  prepareClerkConnections();
  const fixed = { logger, ...(telemetry && { telemetry: telemetry.telemetry }) };
  const gateway = createGateway({ ...fixed, ...complete });
  const host = args.host ?? environment.host ?? defaultHosts.serve;
  const { server, origin } = await listen(gateway, args.port ?? environment.port, host);
  shutDownOnSignal({
    ...{ server, drain: gateway.drain, onProgress: (message) => logger.info(message) },
    dispose: async () => {
      // First, because a disposed gateway has no state to export.
      await telemetry?.shutdown();
      await gateway.dispose();
    },
    delayMs: environment.shutdownDelay,
  });
  reloadOnRequest({ gateway, logger, configuration, fixed, setOnSighup });
  const { graphqlEndpoint, mode } = settings;
  const { metricsUrl } = telemetry ?? {};
  logger.info({ url: origin + graphqlEndpoint, mode, configFile, metricsUrl }, 'mintgate is listening');
  // Fetches Clerk's key set before the first caller needs it, so that a wrong key or a dead network is logged at once.
  await gateway.fetch(new Request(new URL(endpoints.readiness, origin)));
}
