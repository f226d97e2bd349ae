import type { Logger } from 'pino';
import type { Settings } from '../../config/parse-options.ts';
import { refuseAmbiguousRequests } from '../../http/node-listener.ts';
import type { LocalClerk } from '../../local-clerk/index.ts';
import type { Configuration } from '../configuration/read-configuration.ts';
import { listen } from '../http-server.ts';
import { shutDownOnSignal } from '../shutdown.ts';
import { createDevApp } from './dev-app.ts';
import { devOptions, requireFreePath } from './dev-options.ts';
import { onlyLoopbackHosts } from './only-loopback-hosts.ts';
import { pagesBeforeGateway } from './pages-before-gateway.ts';
import { readyLine } from './ready-line.ts';
import { reloadDataOnChange } from './reload-data.ts';
import { createTemplateQuery } from './session-templates.ts';
import { createSessionTokenSigner } from './session-token-signer.ts';
import { welcomeText } from './welcome-text.ts';

export interface ServeDevArguments {
  /** The port to listen on; 0 takes a free one. @default the port of the environment */
  port: number | undefined;
  /** A JSON file with the local Clerk's data. Changes of the file are applied. @default the demo data */
  data: string | undefined;
  /** Whether the first line on standard output is JSON, for scripts. */
  json: boolean;
}

interface ServeDevOptions {
  args: ServeDevArguments;
  configuration: Configuration;
  host: string;
  log: Logger;
  clerk: LocalClerk;
}

/**
 * Starts the gateway and the pages on one port, and prints their addresses. SIGTERM and SIGINT end them and the local Clerk.
 *
 * @throws ConfigurationError when the configuration or the address cannot be used
 */
export async function serveDev({ args, configuration, host, log, clerk }: ServeDevOptions): Promise<void> {
  const { environment } = configuration;
  const { options, settings } = devOptions(configuration, clerk, log);
  const azp = firstParty(settings);
  const signSessionToken = createSessionTokenSigner(clerk, azp);
  const graphqlEndpoint = requireFreePath(settings.graphqlEndpoint, configuration);
  // Imported late, so that an invalid setting is reported without the time to load the gateway.
  const { prepareClerkConnections } = await import('../clerk-connections.ts');
  const { createGateway } = await import('../../index.ts');
  prepareClerkConnections({ direct: [new URL(clerk.url).hostname] });
  const gateway = createGateway(options);
  const { templates } = options;
  const queryTemplates = settings.discovery
    ? createTemplateQuery({ gateway, signSessionToken, graphqlEndpoint })
    : undefined;
  const pages = createDevApp({ clerk, signSessionToken, graphqlEndpoint, templates, queryTemplates });
  const listener = refuseAmbiguousRequests(onlyLoopbackHosts(pagesBeforeGateway(pages, gateway)), log);
  const { server, origin } = await listen(listener, args.port ?? environment.port, host);

  const { data: file } = args;
  const stopWatching = file ? reloadDataOnChange({ file, clerk, onReload: pages.refresh, log }) : () => {};
  shutDownOnSignal({
    server,
    onProgress: (message) => log.info(message),
    drain: () => {
      stopWatching();
      gateway.drain();
    },
    dispose: async () => {
      await gateway.dispose();
      await clerk.close();
    },
    delayMs: 0,
  });
  const url = origin + graphqlEndpoint;
  process.stdout.write(
    args.json ? await readyLine(url, clerk, signSessionToken) : welcomeText(origin, url, clerk),
  );
  logSources(configuration, azp, log);
}

/** Returns the authorized party for session tokens; empty when the gateway accepts any. */
function firstParty({ authorizedParties }: Settings): string {
  return authorizedParties === 'any' ? '' : (authorizedParties[0] ?? '');
}

function logSources({ configFile, environment }: Configuration, azp: string, log: Logger): void {
  const { templates } = environment.options;
  if (configFile) log.info(`templates and policies come from ${configFile}`);
  if (templates && templates !== '*') log.info('MINTGATE_TEMPLATES limits the templates');
  if (azp) {
    log.info(
      `session tokens of these pages name ${azp} as authorized party (azp): add ?azp= to request another`,
    );
  }
}
