import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { ConfigurationError, settingProblem } from '../../config/environment.ts';
import { refuseAmbiguousRequests } from '../../http/node-listener.ts';
import { pathOf } from '../../http/path.ts';
import { demoData, type LocalClerk, startLocalClerk } from '../../local-clerk/index.ts';
import { createLogger } from '../../logging/node-logger.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import {
  type Configuration,
  completeOptions,
  readConfiguration,
} from '../configuration/read-configuration.ts';
import { listen } from '../http-server.ts';
import { logDestination } from '../log-destination.ts';
import { shutDownOnSignal } from '../shutdown.ts';
import { readDataFile, watchFile } from './data-file.ts';
import { createDevApp, type DevApp } from './dev-app.ts';
import { onlyLoopbackHosts } from './only-loopback-hosts.ts';
import { isPagePath } from './page-path.ts';
import { type FreshSessionToken, freshSessionTokens } from './session-tokens.ts';

export interface DevArguments {
  port: number | undefined;
  host: string | undefined;
  /** A JSON file with the local Clerk's data. */
  data: string | undefined;
  /** Requests per 10 s that the local Clerk admits. @default no limit */
  rateLimit: number | undefined;
  /** Whether the first line on standard output is for scripts; the log then goes to standard error. */
  json: boolean;
}

/** `mintgate dev`: local Clerk, gateway and GraphiQL in one process on loopback. */
export async function dev(args: DevArguments): Promise<void> {
  const configuration = await readConfiguration(process.cwd());
  const host = loopback(args.host ?? configuration.environment.host ?? '127.0.0.1');
  const log = createLogger({
    level: configuration.environment.logLevel,
    destination: await logDestination('pretty', args.json ? process.stderr : process.stdout),
  });
  for (const warning of configuration.warnings) log.warn(warning);
  const clerk = await startClerk(args, (warning) => log.warn(warning));
  try {
    await serveDev({ args, configuration, host, log, clerk });
  } catch (error) {
    await clerk.close();
    throw error;
  }
}

interface DevParts {
  args: DevArguments;
  configuration: Configuration;
  host: string;
  log: Logger;
  clerk: LocalClerk;
}

async function serveDev({ args, configuration, host, log, clerk }: DevParts): Promise<void> {
  const { environment, configFile } = configuration;
  const options = devOptions(configuration, clerk, log);
  const { authorizedParties = 'any' } = options;
  const party = authorizedParties === 'any' ? '' : authorizedParties[0];
  const freshSessionToken = freshSessionTokens(clerk, party);
  const graphqlEndpoint = besidePages(options.graphqlEndpoint ?? '/graphql', configuration);
  // Only now: whoever has a mistake in the settings need not wait until so much is loaded.
  const { prepareClerkConnections } = await import('../clerk-connections.ts');
  const { createGateway } = await import('../../index.ts');
  prepareClerkConnections({ direct: [new URL(clerk.url).hostname] });
  const gateway = createGateway(options);
  const pages = createDevApp({
    clerk,
    freshSessionToken,
    graphqlEndpoint,
    templates: options.templates,
  });
  const listener = refuseAmbiguousRequests(onlyLoopbackHosts(firstPagesThenGateway(pages, gateway)), log);
  const { server, origin } = await listen(listener, args.port ?? environment.port, host);

  const reload = async (file: string) => {
    try {
      clerk.replaceData(await readDataFile(file));
      pages.refresh();
      log.info(`${file}: read again`);
    } catch (error) {
      log.error(`${(error as Error).message}; the data read before stay in place`);
    }
  };
  const { data } = args;
  const stopWatching = data === undefined ? () => {} : watchFile(data, () => void reload(data));
  shutDownOnSignal({
    server,
    onWait: (what) => log.info(what),
    drain: () => {
      stopWatching();
      gateway.drain();
    },
    dispose: async () => {
      await gateway.dispose();
      await clerk.close();
    },
  });
  const url = origin + graphqlEndpoint;
  process.stdout.write(
    args.json ? await readyLine(url, clerk, freshSessionToken) : welcome(origin, url, clerk),
  );
  const { templates } = environment.options;
  if (configFile) log.info(`templates and policies of ${configFile}`);
  if (templates && templates !== '*') log.info('templates limited to those of MINTGATE_TEMPLATES');
  if (party)
    log.info(`session tokens from here name ${party} as authorized party (azp), unless ?azp= says otherwise`);
}

/** The options of the environment and the config file, but for the local Clerk: keys of a real instance stay out. */
function devOptions(configuration: Configuration, clerk: LocalClerk, logger: Logger) {
  const { jwtKey: _jwtKey, templates = '*', ...kept } = configuration.options;
  const { secretKey, publishableKey, url: apiUrl } = clerk;
  const keys = { secretKey, publishableKey, apiUrl };
  // The local Clerk is this process's alone.
  const mintBudgetShare = 1;
  return completeOptions(
    { logger, mintBudgetShare, ...kept, ...keys, templates, mode: 'development' },
    configuration,
  );
}

function firstPagesThenGateway(pages: DevApp, gateway: RequestListener): RequestListener {
  const pageListener = getRequestListener((request) => pages.fetch(request), {
    overrideGlobalObjects: false,
  });
  return (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const forPages = pages.handles(method, pathOf(url), headers.accept ?? '');
    return forPages ? pageListener(request, response) : gateway(request, response);
  };
}

async function startClerk(args: DevArguments, onWarning: (warning: string) => void): Promise<LocalClerk> {
  const data = args.data === undefined ? demoData() : await readDataFile(args.data);
  const rateLimit = args.rateLimit === undefined ? false : { limit: args.rateLimit, windowMs: 10_000 };
  try {
    return await startLocalClerk({ data, rateLimit, onWarning });
  } catch (error) {
    throw new ConfigurationError([(error as Error).message]);
  }
}

function loopback(host: string): string {
  if (isLoopback(host)) return host.replace(/^\[(.*)\]$/, '$1');
  throw new ConfigurationError([`HOST (or --host): mintgate dev listens on loopback only, not on ${host}`]);
}

function besidePages(graphqlEndpoint: string, { fromFile, configFile }: Configuration): string {
  if (!isPagePath(graphqlEndpoint)) return graphqlEndpoint;
  const message =
    'mintgate dev has its own pages at / and below /dev/: expected another path, such as /graphql';
  throw new ConfigurationError([
    fromFile.has('graphqlEndpoint')
      ? `${configFile}: graphqlEndpoint: ${message}`
      : settingProblem('graphqlEndpoint', message),
  ]);
}

async function readyLine(
  url: string,
  clerk: LocalClerk,
  freshSessionToken: FreshSessionToken,
): Promise<string> {
  const sessions = await Promise.all(
    clerk
      .sessions()
      .map(async ({ id, userId, label }) => ({ id, userId, label, token: await freshSessionToken(id) })),
  );
  const { url: clerkUrl, secretKey, publishableKey } = clerk;
  return `${JSON.stringify({ url, clerkUrl, secretKey, publishableKey, sessions })}\n`;
}

function welcome(origin: string, url: string, clerk: LocalClerk): string {
  const count = clerk.sessions().length;
  return `
  Mintgate is ready, on a local Clerk. Nothing leaves this machine.

  Start here   ${origin}/
  GraphQL      ${url}
  Local Clerk  ${clerk.url}  (${count} ${count === 1 ? 'session' : 'sessions'})

`;
}
