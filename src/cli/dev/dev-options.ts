import type { Logger } from 'pino';
import { ConfigurationError } from '../../config/configuration-error.ts';
import { describeVariableProblem } from '../../config/environment.ts';
import type { LocalClerk } from '../../local-clerk/index.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import {
  type CompleteOptions,
  type Configuration,
  completeOptions,
} from '../configuration/read-configuration.ts';
import { isPagePath } from './page-paths.ts';

/** Returns the options of the configuration for the local Clerk. The keys of a real instance are replaced by those of the local Clerk. */
export function devOptions(configuration: Configuration, clerk: LocalClerk, logger: Logger): CompleteOptions {
  const { jwtKey: _jwtKey, templates = '*', ...kept } = configuration.options;
  const { secretKey, publishableKey, url: apiUrl } = clerk;
  const keys = { secretKey, publishableKey, apiUrl };
  // The whole limit, because no other process uses this local Clerk.
  const mintBudgetShare = 1;
  // For the pages, and because the names of templates are no secret here.
  const discovery = true;
  return completeOptions(
    { logger, mintBudgetShare, discovery, ...kept, ...keys, templates, mode: 'development' },
    configuration,
  );
}

/**
 * Returns an address to listen on, without the brackets of IPv6.
 *
 * @throws ConfigurationError when it is not a loopback address
 */
export function requireLoopback(host: string): string {
  if (isLoopback(host)) return host.replace(/^\[(.*)\]$/, '$1');
  const expected = 'mintgate dev listens on loopback only: expected an address such as 127.0.0.1';
  throw new ConfigurationError([`HOST (or --host): ${host} is not a loopback address: ${expected}`]);
}

/**
 * Returns the path of the GraphQL endpoint.
 *
 * @throws ConfigurationError when the pages of `mintgate dev` are at this path
 */
export function requireFreePath(graphqlEndpoint: string, { fromFile, configFile }: Configuration): string {
  if (!isPagePath(graphqlEndpoint)) return graphqlEndpoint;
  const message =
    'mintgate dev has its own pages at / and below /dev/: expected another path, such as /graphql';
  throw new ConfigurationError([
    fromFile.has('graphqlEndpoint')
      ? `${configFile}: graphqlEndpoint: ${message}`
      : describeVariableProblem('graphqlEndpoint', message),
  ]);
}
